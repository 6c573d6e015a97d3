package io.tokenledger.forwarder.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.Pricing;
import io.tokenledger.forwarder.store.EventRow;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The worked examples of {@code docs/pricing.md} are what {@code explain} prints. */
class PricingPageTest {
  private static final Instant WHEN = Instant.parse("2026-11-21T12:00:00Z");

  private final CataloguePricer pricer = new CataloguePricer(Catalogue.builtIn());

  @Test
  void explainsACachedRow() throws IOException {
    assertOnPage(
        row("anthropic", "claude-sonnet-4-6", "standard", 15_312, 72)
            .set(UsageField.CACHE_READ_TOKENS, 14_983L)
            .set(UsageField.CACHE_WRITE_TOKENS, 327L)
            .set(UsageField.CACHE_WRITE_5M_TOKENS, 327L)
            .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
            .build());
  }

  @Test
  void explainsALongRowWithImagesAndASearch() throws IOException {
    assertOnPage(
        row("gemini", "gemini-2.5-pro", null, 250_000, 3_000)
            .set(UsageField.CACHE_READ_TOKENS, 200_000L)
            .set(UsageField.IMAGE_INPUT_TOKENS, 1_290L)
            .set(UsageField.REASONING_TOKENS, 2_400L)
            .set(UsageField.BILLABLE, "{\"web_search_queries\":2}")
            .build());
  }

  private void assertOnPage(UsageRecord usage) throws IOException {
    Pricing pricing = pricer.explain(usage);
    StringWriter text = new StringWriter();
    EventRow row = new EventRow(new UUID(0, 1), 1, WHEN, null, WHEN, usage, pricing.cost());
    ExplanationText.print(row, pricing, new PrintWriter(text, true));
    List<String> lines = text.toString().lines().toList();
    int from = lines.indexOf("Tokens of the row");
    int to = lines.indexOf("The row in the ledger says the same.");
    String arithmetic = String.join("\n", lines.subList(from, to));

    assertThat(Files.readString(Path.of("..", "docs", "pricing.md")))
        .contains("```\n" + arithmetic + "\n```");
  }

  private static UsageRecord.Builder row(
      String provider, String model, String tier, long input, long output) {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, new UUID(0, 2))
        .set(UsageField.TIMESTAMP, WHEN)
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.SERVICE_TIER, tier)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, input)
        .set(UsageField.OUTPUT_TOKENS, output);
  }
}
