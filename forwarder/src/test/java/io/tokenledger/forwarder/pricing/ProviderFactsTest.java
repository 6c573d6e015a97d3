package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts beside the counts that decide a price: what was cached, how fast, who says the cost. */
class ProviderFactsTest {
  private static final String ACME =
      """
      name: acme
      layer: override
      prices:
      - provider: acme
        currency: USD
        sources: { mine: { name: "offer", date: "2026-10-01" } }
        tiers: { standard: standard }
        of_input: { image_input: "1", cache_read: "0.25" }
        models:
        - model: modal
          periods:
          - source: mine
            rates: { standard: { input: "1", audio_input: "10", image_input: "2", cache_read: "0.1", audio_cache_read: "5", image_cache_read: "0.2", output: "4" } }
        - model: plain
          regions: { eu: "2" }
          periods:
          - source: mine
            rates: { standard: { input: "1", output: "4" } }
            above: { input_tokens: 100, rates: { standard: { input: "3", output: "4" } } }
        - model: vector
          periods: [ { source: mine, rates: { standard: { input: "2.429", output: "2.287" } } } ]
      - provider: bedrock
        currency: USD
        sources: { mine: { name: "offer", date: "2026-10-01" } }
        models:
        - model: us.acme.fast-v1:0
          periods: [ { source: mine, rates: { standard: { input: "1", output: "4" }, optimized: { input: "2", output: "8" } } } ]
        - model: us.acme.slow-v1:0
          periods: [ { source: mine, rates: { standard: { input: "1", output: "4" } } } ]
      """;

  private final CataloguePricer pricer =
      new CataloguePricer(
          Catalogue.builtIn().with(List.of(PriceFileReader.read("acme.yml", ACME))));

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        // 1,000 in, of these 300 audio and 200 images; 400 read from a cache
        "nothing said | {} | 0.00354 | overlap_assumed",
        "Gemini | {\"cacheTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":250},{\"modality\":\"AUDIO\",\"tokenCount\":100},{\"modality\":\"IMAGE\",\"tokenCount\":50}]} | 0.003085 |",
        "Gemini in numbers | {\"cacheTokensDetails\":[{\"modality\":1,\"tokenCount\":250},{\"modality\":4,\"tokenCount\":100},{\"modality\":2,\"tokenCount\":50}]} | 0.003085 |",
        "an interaction | {\"cached_tokens_by_modality\":[{\"modality\":\"audio\",\"tokens\":100},{\"modality\":\"image\",\"tokens\":50}]} | 0.003085 |",
        "OpenAI | {\"prompt_tokens_details\":{\"cached_tokens_details\":{\"text_tokens\":250,\"audio_tokens\":100,\"image_tokens\":50}}} | 0.003085 |",
        "more images cached than read | {\"cacheTokensDetails\":[{\"modality\":\"IMAGE\",\"tokenCount\":300}]} | 0.00354 | overlap_assumed",
      })
  void chargesWhatWasCachedAtItsOwnRate(String name, String raw, String cost, String note) {
    RowCost priced =
        pricer.price(
            usage("acme", "modal", 1000, 0)
                .set(UsageField.AUDIO_INPUT_TOKENS, 300L)
                .set(UsageField.IMAGE_INPUT_TOKENS, 200L)
                .set(UsageField.CACHE_READ_TOKENS, 400L)
                .set(UsageField.USAGE_RAW, raw)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    assertThat(priced.notes()).isEqualTo(note == null ? List.of() : List.of(note));
  }

  @Test
  void chargesAClassWithoutARateOfItsOwnAsTheProviderSays() {
    RowCost normal =
        pricer.price(
            usage("acme", "plain", 100, 0)
                .set(UsageField.IMAGE_INPUT_TOKENS, 10L)
                .set(UsageField.CACHE_READ_TOKENS, 40L)
                .build());
    RowCost longInEurope =
        pricer.price(
            usage("acme", "plain", 200, 0)
                .set(UsageField.INFERENCE_GEO, "eu")
                .set(UsageField.CACHE_READ_TOKENS, 40L)
                .build());

    assertThat(normal.costUsd()).isEqualByComparingTo("0.00007"); // 50 + 10 + 40 x 0.25
    assertThat(longInEurope.costUsd()).isEqualByComparingTo("0.00102"); // (160 + 40 x 0.25) x 6
    assertThat(longInEurope.priceId()).startsWith("acme/plain/standard/eu@");
  }

  @ParameterizedTest(name = "{0} {1}: {2} at {3}")
  @CsvSource({
    "gemini, gemini-2.5-pro, image_input_tokens, 1.25",
    "mistral, mistral-small-latest, cache_read_tokens, 0.01",
    "cerebras, zai-glm-4.7, cache_read_tokens, 2.25",
  })
  void knowsWhatGoesByTheInputRate(String provider, String model, String field, String rate) {
    UsageField<Long> count =
        field.equals("cache_read_tokens")
            ? UsageField.CACHE_READ_TOKENS
            : UsageField.IMAGE_INPUT_TOKENS;
    UsageRecord row = usage(provider, model, 1000, 0).set(count, 1000L).build();

    assertThat(pricer.price(row).costUsd())
        .isEqualByComparingTo(new BigDecimal(rate).movePointLeft(3));
  }

  @ParameterizedTest(name = "{0}, {1}: {2} {3}")
  @CsvSource({
    "us.acme.fast-v1:0, '{\"performance_latency\":\"optimized\"}', 0.002, ",
    "us.acme.fast-v1:0, '{\"performance_latency\":\"standard\",\"performanceConfig.latency\":\"optimized\"}', 0.001, ",
    "us.acme.fast-v1:0, '{\"performanceConfig.latency\":\"optimized\"}', 0.002, ",
    "us.acme.slow-v1:0, '{\"performance_latency\":\"optimized\"}', , no_rate_for_tier",
    "us.anthropic.claude-3-5-haiku-20241022-v1:0, '{\"performance_latency\":\"optimized\"}', , no_rate_for_tier",
  })
  void neverChargesOptimizedLatencyAsStandard(
      String model, String metadata, String cost, String reason) {
    RowCost priced =
        pricer.price(
            usage("bedrock", null, 1000, 0)
                .set(UsageField.REQUEST_MODEL, model)
                .set(UsageField.SERVICE_TIER, null)
                .set(UsageField.METADATA, metadata)
                .build());

    assertThat(priced.unpricedReason()).isEqualTo(reason);
    assertThat(priced.costUsd()).isEqualTo(cost == null ? null : priced.costUsd());
    if (cost != null) {
      assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    }
  }

  @Test
  void takesAzuresTierFromTheHeaderWhereTheBodyNamesNone() {
    RowCost priced =
        pricer.price(
            usage("azure", "gpt-4.1", 1000, 0)
                .set(UsageField.SERVICE_TIER, null)
                .set(UsageField.METADATA, "{\"azureai-processed-tier\":\"default\"}")
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.002");
    assertThat(priced.notes()).containsExactly("deployment_assumed");
  }

  @ParameterizedTest(name = "{0} of kind {1}: {2}")
  @CsvSource({
    "0.0076, charged, 0.0076, reported, ",
    "0, charged, , , no_tool_rate",
    "0.0076, fee, , , no_tool_rate",
    "0.0076, estimate, , , no_tool_rate",
  })
  void takesWhatTheProviderChargedWhereAPartHasNoRate(
      String reported, String kind, String cost, String source, String reason) {
    RowCost priced =
        pricer.price(
            usage("openrouter", "deepseek/deepseek-chat", 2315, 40)
                .set(UsageField.SERVER_TOOL_REQUESTS, "{\"web_search_requests\":1}")
                .set(UsageField.REPORTED_COST_USD, new BigDecimal(reported))
                .set(UsageField.REPORTED_COST_KIND, kind)
                .build());

    assertThat(priced.source()).isEqualTo(source);
    assertThat(priced.unpricedReason()).isEqualTo(reason);
    assertThat(priced.costUsd()).isEqualTo(cost == null ? null : new BigDecimal(cost));
    assertThat(priced.listCostUsd()).isNull();
  }

  @ParameterizedTest(name = "{0} calls of {1}: {2}")
  @CsvSource({
    "2, web_search_calls, 0.01",
    "3, x_search_calls, 0.015",
    "1, code_interpreter_calls, 0.005",
    "4, file_search_calls, 0.01",
  })
  void chargesXaisServerToolsByTheCall(int calls, String tool, String cost) {
    RowCost priced =
        pricer.price(
            usage("xai", "grok-4.3", 0, 0)
                .set(UsageField.SERVER_TOOL_REQUESTS, "{\"" + tool + "\":" + calls + "}")
                .build());

    assertThat(priced.toolCostUsd()).isEqualByComparingTo(cost);
  }

  /** Counts from public issues of other meters; their rates are not always published any more. */
  @ParameterizedTest(name = "{0} {1}: {2} in, {3} read, {4} out, {5} reasoning = {6}")
  @CsvSource({
    "acme, vector, 291, 0, 1303, 0, 0.0036868",
    "anthropic, claude-sonnet-4-6, 130213, 128955, 0, 0, 0.0424605",
    "openai, gpt-5, 1000, 0, 1970, 956, 0.02095",
    "openai, gpt-5.4, 272000, 271999, 0, 0, 0.06800225",
    "openai, gpt-5.4, 272001, 272000, 0, 0, 0.136005",
    "gemini, gemini-2.5-pro, 200000, 199999, 0, 0, 0.025001125",
    "gemini, gemini-2.5-pro, 200001, 200000, 0, 0, 0.0500025",
  })
  void pricesKnownCountsWithCacheAndReasoningInside(
      String provider,
      String model,
      long input,
      long read,
      long output,
      long reasoning,
      String cost) {
    RowCost priced =
        pricer.price(
            usage(provider, model, input, output)
                .set(UsageField.CACHE_READ_TOKENS, read)
                .set(UsageField.REASONING_TOKENS, reasoning)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }

  /** langfuse#12306: 5 fresh, 128,955 read and 1,253 written are 130,213 of input. */
  @Test
  void countsEachTokenOfACachedInputOnce() {
    TokenClasses classes =
        TokenClasses.split(
            TokenCounts.of(
                usage("anthropic", "m", 130_213, 0)
                    .set(UsageField.CACHE_READ_TOKENS, 128_955L)
                    .set(UsageField.CACHE_WRITE_TOKENS, 1_253L)
                    .build()),
            false);

    assertThat(classes.freshText()).isEqualTo(5);
    assertThat(classes.input()).isEqualTo(130_213);
  }

  private static UsageRecord.Builder usage(String provider, String model, long input, long output) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, Instant.parse("2026-08-20T12:00:00Z"))
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.SERVICE_TIER, "standard")
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, input)
        .set(UsageField.OUTPUT_TOKENS, output);
  }
}
