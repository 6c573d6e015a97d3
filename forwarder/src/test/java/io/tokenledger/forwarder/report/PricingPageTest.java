package io.tokenledger.forwarder.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import io.tokenledger.forwarder.pricing.Pricing;
import io.tokenledger.forwarder.store.EventRow;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The worked examples of {@code docs/pricing.md} are what {@code explain} prints. */
class PricingPageTest {
  private static final Instant WHEN = Instant.parse("2026-11-21T12:00:00Z");

  private final String page = page();
  private final CataloguePricer pricer =
      new CataloguePricer(
          Catalogue.builtIn().with(List.of(file("acme-prices"), file("acme-contract"))));

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

  @Test
  void explainsALineOfABatch() throws IOException {
    assertOnPage(
        row("openai", "gpt-4o-2024-08-06", "default", 12_000, 800)
            .set(UsageField.BATCH_ID, "batch_68")
            .build());
  }

  @Test
  void explainsSpeech() throws IOException {
    assertOnPage(
        row("openai", "gpt-audio", "default", 1_200, 400)
            .set(UsageField.AUDIO_INPUT_TOKENS, 1_000L)
            .set(UsageField.AUDIO_OUTPUT_TOKENS, 350L)
            .build());
  }

  @Test
  void explainsSearchUnits() throws IOException {
    assertOnPage(
        row("cohere", "rerank-english-v3.0", null, null, null)
            .set(UsageField.BILLABLE, "{\"search_units\":3}")
            .build());
  }

  @Test
  void explainsIterationsOfTwoModelsWithASearch() throws IOException {
    assertOnPage(
        row("anthropic", "claude-sonnet-4-6", "standard", 9_000L, 900L)
            .set(
                UsageField.ITERATIONS,
                "[{\"type\":\"message\",\"input_tokens\":4000,\"output_tokens\":300,\"cache_write_tokens\":1000,"
                    + "\"cache_write_5m_tokens\":0,\"cache_write_1h_tokens\":1000},"
                    + "{\"type\":\"advisor_message\",\"model\":\"claude-opus-4-6\",\"input_tokens\":5000,\"output_tokens\":600}]")
            .set(UsageField.SERVER_TOOL_REQUESTS, "{\"web_search_requests\":2}")
            .build());
  }

  @Test
  void explainsGraduatedBandsInAnotherCurrencyWithADiscount() throws IOException {
    assertOnPage(row("acme", "one-long", "standard", 150_000, 2_000).build());
  }

  @Test
  void explainsAMinimumAndSteps() throws IOException {
    assertOnPage(
        row("acme", "scribe", "standard", null, null)
            .set(UsageField.BILLABLE, "{\"duration_seconds\":12.3}")
            .build());
    assertOnPage(
        row("acme", "scribe", "standard", null, null)
            .set(UsageField.BILLABLE, "{\"duration_seconds\":4}")
            .build());
  }

  @Test
  void explainsWhatTheProviderCharged() throws IOException {
    assertOnPage(
        row("xai", "grok-of-tomorrow", "default", 1_000, 100)
            .set(UsageField.REPORTED_COST_USD, new BigDecimal("0.00215"))
            .set(UsageField.REPORTED_COST_KIND, "charged")
            .build());
  }

  private void assertOnPage(UsageRecord usage) throws IOException {
    Pricing pricing = pricer.explain(usage);
    StringWriter text = new StringWriter();
    EventRow row = new EventRow(new UUID(0, 1), 1, WHEN, null, WHEN, usage, pricing.cost());
    ExplanationText.print(row, pricing, new PrintWriter(text, true));
    List<String> lines = text.toString().lines().toList();
    int from =
        Stream.of("Tokens of the row", "Tokens of iteration 1 message", "Cost: ")
            .mapToInt(start -> first(lines, start))
            .filter(line -> line >= 0)
            .findFirst()
            .orElseThrow();
    int to = lines.indexOf("The row in the ledger says the same.");
    String arithmetic = String.join("\n", lines.subList(from, to));

    assertThat(page).contains("```\n" + arithmetic + "\n```");
  }

  private static int first(List<String> lines, String start) {
    return IntStream.range(0, lines.size())
        .filter(line -> lines.get(line).startsWith(start))
        .findFirst()
        .orElse(-1);
  }

  /** A price file that stands on the page. */
  private PriceFile file(String name) {
    int start = page.indexOf("```yaml\nname: " + name + "\n") + "```yaml\n".length();
    return PriceFileReader.read("pricing.md", page.substring(start, page.indexOf("```", start)));
  }

  private static String page() {
    try {
      return Files.readString(Path.of("..", "docs", "pricing.md"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static UsageRecord.Builder row(
      String provider, String model, String tier, Number input, Number output) {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, new UUID(0, 2))
        .set(UsageField.TIMESTAMP, WHEN)
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.SERVICE_TIER, tier)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, input == null ? null : Long.valueOf(input.longValue()))
        .set(UsageField.OUTPUT_TOKENS, output == null ? null : Long.valueOf(output.longValue()));
  }
}
