package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * Anthropic's usage report of the Messages API, and its cost report. Source of what is always
 * there: Anthropic's API reference, "Get Messages Usage Report" and "Get Cost Report".
 */
final class AnthropicReports {
  private static final String ACCOUNT = "workspace_id";
  private static final String KEY = "api_key_id";

  private AnthropicReports() {}

  /** A page of {@code /v1/organizations/usage_report/messages}: no count is part of another. */
  static Bill usage(String content) {
    ReportPage page = ReportPage.of(content);
    List<BillLine> lines =
        page.lines(
            AnthropicReports::begin,
            result -> {
              ReportResult writes = result.object("cache_creation");
              BigDecimal written =
                  writes
                      .count("ephemeral_5m_input_tokens")
                      .add(writes.count("ephemeral_1h_input_tokens"));
              return List.of(
                  line(result, BillLine.Kind.FRESH_INPUT, result.count("uncached_input_tokens")),
                  line(result, BillLine.Kind.CACHE_READ, result.count("cache_read_input_tokens")),
                  line(result, BillLine.Kind.CACHE_WRITE, written),
                  line(result, BillLine.Kind.OUTPUT, result.count("output_tokens")));
            });
    return Bill.counting(lines, CoveredDays.of(page.days(AnthropicReports::begin)), page.hasMore());
  }

  /**
   * A page of {@code /v1/organizations/cost_report}: amounts are decimal text, in cents. What is
   * sold by commitment (the priority tier) is not in it.
   */
  static Bill costs(String content) {
    ReportPage page = ReportPage.of(content);
    List<BillLine> lines =
        page.lines(
            AnthropicReports::begin,
            result -> {
              BigDecimal usd = result.usd("amount", "currency").movePointLeft(2);
              return List.of(BillLine.money(result.day(), result.text(ACCOUNT), usd));
            });
    return Bill.pricing(lines, CoveredDays.of(page.days(AnthropicReports::begin)), page.hasMore());
  }

  private static BillLine line(ReportResult result, BillLine.Kind kind, BigDecimal count) {
    return BillLine.usage(result.day(), result.text(ACCOUNT), result.text(KEY), kind, count);
  }

  private static Instant begin(JsonNode bucket) {
    try {
      return Instant.parse(bucket.path("starting_at").asText());
    } catch (DateTimeParseException malformed) {
      throw new IllegalArgumentException("a bucket without starting_at");
    }
  }
}
