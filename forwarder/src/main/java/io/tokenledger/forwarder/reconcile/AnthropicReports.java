package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Anthropic's usage report of the Messages API, and its cost report. */
final class AnthropicReports {
  private static final String ACCOUNT = "workspace_id";
  private static final String KEY = "api_key_id";

  private AnthropicReports() {}

  /** Pages of {@code /v1/organizations/usage_report/messages}: input without the cached parts. */
  static List<BillLine> usage(String content) {
    List<BillLine> lines = new ArrayList<>();
    ReportPage.of(content)
        .forEach(
            AnthropicReports::begin,
            (day, result) -> {
              String account = ReportPage.text(result, ACCOUNT);
              String key = ReportPage.text(result, KEY);
              BigDecimal fresh = ReportPage.count(result, "uncached_input_tokens");
              BigDecimal read = ReportPage.count(result, "cache_read_input_tokens");
              JsonNode writes = result.path("cache_creation");
              BigDecimal written =
                  ReportPage.count(writes, "ephemeral_5m_input_tokens")
                      .add(ReportPage.count(writes, "ephemeral_1h_input_tokens"));
              BigDecimal output = ReportPage.count(result, "output_tokens");
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.FRESH_INPUT, fresh));
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.CACHE_READ, read));
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.CACHE_WRITE, written));
              lines.add(BillLine.usage(day, account, key, BillLine.Kind.OUTPUT, output));
            });
    return lines;
  }

  /**
   * Pages of {@code /v1/organizations/cost_report}: amounts are decimal text, in cents. What is
   * sold by commitment (the priority tier) is not in it.
   */
  static List<BillLine> costs(String content) {
    List<BillLine> lines = new ArrayList<>();
    ReportPage.of(content)
        .forEach(
            AnthropicReports::begin,
            (day, result) -> {
              BigDecimal cents = ReportPage.usd(result.path("amount"), result.path("currency"));
              String account = ReportPage.text(result, ACCOUNT);
              lines.add(BillLine.money(day, account, cents.movePointLeft(2)));
            });
    return lines;
  }

  private static Instant begin(JsonNode bucket) {
    return Instant.parse(bucket.path("starting_at").asText());
  }
}
