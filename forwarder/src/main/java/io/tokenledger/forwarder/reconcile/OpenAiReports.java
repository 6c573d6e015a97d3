package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * OpenAI's organisation usage and costs. Source of what is always there: OpenAI's API description,
 * {@code UsageCompletionsResult}, {@code UsageEmbeddingsResult} and {@code CostsResult}.
 */
final class OpenAiReports {
  private static final String ACCOUNT = "project_id";
  private static final String KEY = "api_key_id";
  private static final String COMPLETIONS = "organization.usage.completions.result";
  private static final String EMBEDDINGS = "organization.usage.embeddings.result";
  private static final String UNCACHED = "input_uncached_tokens";
  private static final String WRITTEN = "input_cache_write_tokens";

  private OpenAiReports() {}

  /**
   * A page of {@code /v1/organization/usage/completions} or {@code .../embeddings}. Embeddings have
   * input alone.
   */
  static Bill usage(String content) {
    ReportPage page = ReportPage.of(content);
    List<BillLine> lines =
        page.lines(
            OpenAiReports::begin,
            result -> {
              String kind = result.has("object") ? result.text("object") : COMPLETIONS;
              return switch (kind) {
                case COMPLETIONS -> completions(result);
                case EMBEDDINGS ->
                    List.of(line(result, BillLine.Kind.FRESH_INPUT, result.count("input_tokens")));
                default ->
                    throw result.complaint(
                        "object", "is " + kind + ", and only completions and embeddings are read");
              };
            });
    return Bill.counting(lines, CoveredDays.of(page.days(OpenAiReports::begin)), page.hasMore());
  }

  /** A page of {@code /v1/organization/costs}. */
  static Bill costs(String content) {
    ReportPage page = ReportPage.of(content);
    List<BillLine> lines =
        page.lines(
            OpenAiReports::begin,
            result -> {
              BigDecimal usd = result.object("amount").usd("value", "currency");
              return List.of(BillLine.money(result.day(), result.text(ACCOUNT), usd));
            });
    return Bill.pricing(lines, CoveredDays.of(page.days(OpenAiReports::begin)), page.hasMore());
  }

  private static List<BillLine> completions(ReportResult result) {
    BigDecimal input = result.count("input_tokens");
    BigDecimal output = result.count("output_tokens");
    BigDecimal cached = result.countIfGiven("input_cached_tokens");
    BigDecimal written = result.countIfGiven(WRITTEN);
    if (isOfText(result)) {
      input = sum(input, result.countIfGiven("input_audio_tokens"));
      output = sum(output, result.countIfGiven("output_audio_tokens"));
      written = BigDecimal.ZERO; // were not sold yet
    }
    return List.of(
        line(result, BillLine.Kind.FRESH_INPUT, fresh(result, input, cached, written)),
        line(result, BillLine.Kind.CACHE_READ, cached),
        line(result, BillLine.Kind.CACHE_WRITE, written),
        line(result, BillLine.Kind.OUTPUT, output));
  }

  /**
   * Older results count text, and audio beside it; later ones count all modalities in {@code
   * input_tokens} and {@code output_tokens}, and give each of them too.
   */
  private static boolean isOfText(ReportResult result) {
    return Stream.of(UNCACHED, WRITTEN, "input_text_tokens", "output_text_tokens")
        .noneMatch(result::has);
  }

  /**
   * Input that is neither read from nor written to a cache; null where the report leaves it open.
   */
  private static BigDecimal fresh(
      ReportResult result, BigDecimal input, BigDecimal cached, BigDecimal written) {
    BigDecimal uncached = result.countIfGiven(UNCACHED);
    BigDecimal inCache = sum(cached, written);
    if (input == null || inCache == null) {
      return uncached;
    }
    BigDecimal rest = input.subtract(inCache);
    if (rest.signum() < 0) {
      throw result.complaint(
          "input_tokens", "is " + input + ", less than its cached part of " + inCache);
    }
    return uncached == null || uncached.compareTo(rest) == 0 ? rest : null;
  }

  private static BigDecimal sum(BigDecimal one, BigDecimal other) {
    return one == null || other == null ? null : one.add(other);
  }

  private static BillLine line(ReportResult result, BillLine.Kind kind, BigDecimal count) {
    return BillLine.usage(result.day(), result.text(ACCOUNT), result.text(KEY), kind, count);
  }

  private static Instant begin(JsonNode bucket) {
    JsonNode seconds = bucket.path("start_time");
    if (!seconds.isIntegralNumber()) {
      throw new IllegalArgumentException("a bucket without start_time");
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }
}
