package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** OpenAI's organisation usage and costs. */
final class OpenAiReports {
  private static final String ACCOUNT = "project_id";
  private static final String KEY = "api_key_id";

  private OpenAiReports() {}

  /**
   * Pages of {@code /v1/organization/usage/completions} and {@code .../embeddings}: text input
   * holds its cached part, audio stands beside it.
   */
  static List<BillLine> usage(String content) {
    List<BillLine> lines = new ArrayList<>();
    ReportPage.of(content)
        .forEach(
            OpenAiReports::begin,
            (day, result) -> {
              String account = ReportPage.text(result, ACCOUNT);
              String key = ReportPage.text(result, KEY);
              BigDecimal cached = ReportPage.count(result, "input_cached_tokens");
              BigDecimal fresh =
                  ReportPage.count(result, "input_tokens")
                      .subtract(cached)
                      .add(ReportPage.count(result, "input_audio_tokens"));
              BigDecimal output =
                  ReportPage.count(result, "output_tokens")
                      .add(ReportPage.count(result, "output_audio_tokens"));
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.FRESH_INPUT, fresh));
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.CACHE_READ, cached));
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.OUTPUT, output));
            });
    return lines;
  }

  /** Pages of {@code /v1/organization/costs}. */
  static List<BillLine> costs(String content) {
    List<BillLine> lines = new ArrayList<>();
    ReportPage.of(content)
        .forEach(
            OpenAiReports::begin,
            (day, result) -> {
              JsonNode amount = result.path("amount");
              BigDecimal usd = ReportPage.usd(amount.path("value"), amount.path("currency"));
              lines.add(BillLine.money(day, ReportPage.text(result, ACCOUNT), usd));
            });
    return lines;
  }

  private static Instant begin(JsonNode bucket) {
    JsonNode seconds = bucket.path("start_time");
    if (!seconds.isIntegralNumber()) {
      throw new IllegalArgumentException("a bucket without start_time");
    }
    return Instant.ofEpochSecond(seconds.asLong());
  }
}
