package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the lists in the jar cover. */
class BuiltInPricesTest {
  private static final Catalogue CATALOGUE = Catalogue.builtIn();

  @Test
  void coversTheProvidersThatSellByTheToken() {
    Set<String> providers = new TreeSet<>();
    CATALOGUE.sheets().forEach(sheet -> providers.add(sheet.key().provider()));

    assertThat(providers)
        .contains(
            "alibaba",
            "anthropic",
            "azure",
            "bedrock",
            "bedrock-mantle",
            "cerebras",
            "cohere",
            "crusoe",
            "deepseek",
            "fireworks",
            "gemini",
            "groq",
            "huggingface",
            "mistral",
            "moonshot",
            "openai",
            "openrouter",
            "perplexity",
            "snowflake",
            "together",
            "vercel-gateway",
            "vertexai",
            "voyage",
            "xai",
            "zai");
    assertThat(CATALOGUE.sheets()).hasSizeGreaterThan(2_500);
  }

  @Test
  void callsNothingFreeThatIsNotNamedSo() {
    assertThat(CATALOGUE.sheets())
        .allSatisfy(
            sheet ->
                assertThat(sheet.isFree() && !sheet.key().model().endsWith(":free"))
                    .as(sheet.id())
                    .isFalse());
  }

  @ParameterizedTest(name = "{0} {1}, {2}: {5}")
  @CsvSource({
    "gemini, gemini-2.5-flash, standard, 1000000, 0, 0.3",
    "gemini, gemini-2.5-pro, standard, 200000, 0, 0.25",
    "gemini, gemini-2.5-pro, standard, 200001, 0, 0.5000025",
    "vertexai, gemini-2.5-pro, ON_DEMAND, 200000, 0, 0.25",
    "vertexai, claude-3-7-sonnet@20250219, , 1000000, 0, 3",
    "groq, openai/gpt-oss-120b, on_demand, 1000000, 0, 0.15",
    "mistral, mistral-small-latest, standard, 0, 1000000, 0.3",
    "deepseek, deepseek-chat, , 0, 1000000, 0.42",
    "alibaba, qwen3-max, , 32000, 0, 0.0384",
    "alibaba, qwen3-max, , 32001, 0, 0.0768024",
    "voyage, voyage-3-lite, , 1000000, , 0.02",
  })
  void pricesModelsOfEachProvider(
      String provider, String model, String tier, long input, Long output, String cost) {
    RowCost priced =
        new CataloguePricer(CATALOGUE)
            .price(
                UsageRecord.builder()
                    .set(UsageField.TIMESTAMP, Instant.parse("2026-08-20T12:00:00Z"))
                    .set(UsageField.PROVIDER, provider)
                    .set(UsageField.API, "openai.embeddings")
                    .set(UsageField.MODEL, model)
                    .set(UsageField.SERVICE_TIER, tier)
                    .set(UsageField.INPUT_TOKENS, input)
                    .set(UsageField.OUTPUT_TOKENS, output)
                    .build());

    assertThat(priced.unpricedReason()).isNull();
    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }
}
