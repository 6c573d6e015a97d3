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

class CataloguePricerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final Pricer pricer = new CataloguePricer(Catalogue.builtIn());

  /** Vectors with known right answers, from public issues of other meters and from invoices. */
  @ParameterizedTest(name = "{0}: {1} in, {2} read, {3} written, {4} out = {5}")
  @CsvSource({
    "claude-sonnet-4-6, 15312, 14983, 327, 72, 0.00680715",
    "claude-sonnet-4-6, 12307, 0, 12304, 550, 0.054399",
    "claude-opus-4-5, 159223, 0, 159217, 2745, 1.06376125",
    "claude-haiku-4-5-20251001, 1000, 0, 0, 100, 0.0015",
    "claude-sonnet-4-5, 199999, 0, 0, 10, 0.600147",
    "claude-sonnet-4-5, 200000, 0, 0, 10, 0.60015",
    "claude-sonnet-4-5, 200001, 0, 0, 10, 1.200231",
    "claude-sonnet-4-5, 200001, 200001, 0, 10, 0.1202256",
    "claude-haiku-5-5, 100000, 0, 0, 0, 0.01",
    "claude-haiku-5-5, 100001, 0, 0, 0, 0.0500005",
  })
  void pricesKnownVectorsOfAnthropic(
      String model, long input, long read, long write, long output, String cost) {
    RowCost priced =
        pricer.price(
            anthropic(model, input, output)
                .set(UsageField.CACHE_READ_TOKENS, read)
                .set(UsageField.CACHE_WRITE_TOKENS, write)
                .set(UsageField.CACHE_WRITE_5M_TOKENS, write)
                .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    assertThat(priced.source()).isEqualTo("catalogue");
    assertThat(priced.priceId()).startsWith("anthropic/claude-");
    assertThat(priced.unpricedReason()).isNull();
  }

  @ParameterizedTest(name = "{0} {1}: {2} in, {3} read, {4} out = {5}")
  @CsvSource({
    "gpt-4.1, default, 291, 0, 1303, 0.011006",
    "gpt-5-2025-08-07, default, 1000, 400, 200, 0.0028",
    "gpt-5-2025-08-07, flex, 1000, 400, 200, 0.0014",
    "gpt-5-2025-08-07, priority, 1000, 400, 200, 0.0056",
    "gpt-4o-2024-05-13, default, 1000, 0, 0, 0.005",
    "gpt-5.4, default, 272000, 0, 0, 0.68",
    "gpt-5.4, default, 272001, 0, 0, 1.360005",
  })
  void pricesKnownVectorsOfOpenAi(
      String model, String tier, long input, long read, long output, String cost) {
    RowCost priced =
        pricer.price(
            openAi(model, input, output)
                .set(UsageField.SERVICE_TIER, tier)
                .set(UsageField.CACHE_READ_TOKENS, read)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }

  @Test
  void splitsTheCostIntoPartsThatAddUp() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 15312, 72)
                .set(UsageField.CACHE_READ_TOKENS, 14983L)
                .set(UsageField.CACHE_WRITE_TOKENS, 327L)
                .set(UsageField.CACHE_WRITE_5M_TOKENS, 327L)
                .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
                .build());

    assertThat(priced.inputCostUsd()).isEqualByComparingTo("0.000006");
    assertThat(priced.cacheWriteCostUsd()).isEqualByComparingTo("0.00122625");
    assertThat(priced.cacheReadCostUsd()).isEqualByComparingTo("0.0044949");
    assertThat(priced.outputCostUsd()).isEqualByComparingTo("0.00108");
    assertThat(priced.toolCostUsd()).isNull();
    assertThat(priced.listCostUsd()).isEqualByComparingTo(priced.costUsd());
    // 14,983 x (3 - 0.30) - 327 x (3.75 - 3), per million
    assertThat(priced.cacheSavingsUsd()).isEqualByComparingTo("0.04020885");
  }

  @Test
  void chargesOneHourCacheWritesAtTheirOwnRate() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 1000, 0)
                .set(UsageField.CACHE_WRITE_TOKENS, 1000L)
                .set(UsageField.CACHE_WRITE_5M_TOKENS, 400L)
                .set(UsageField.CACHE_WRITE_1H_TOKENS, 600L)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.0051");
    assertThat(priced.notes()).isEmpty();
  }

  @Test
  void takesCacheWritesOfUnknownLifetimeForFiveMinutesAndSaysSo() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 1000, 0)
                .set(UsageField.CACHE_WRITE_TOKENS, 1000L)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.00375");
    assertThat(priced.notes()).containsExactly("ttl_assumed");
  }

  @Test
  void assumesNoLifetimeWhereTheProviderSellsOne() {
    RowCost priced =
        pricer.price(
            openAi("gpt-5.6-terra", 1000, 0).set(UsageField.CACHE_WRITE_TOKENS, 1000L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.0025");
    assertThat(priced.notes()).isEmpty();
  }

  @ParameterizedTest(name = "served {0}, requested {1}: {2} with {3}")
  @CsvSource({
    "default, flex, 0.00125, ",
    ", , 0.00125, tier_assumed",
    "auto, , 0.00125, tier_assumed",
    ", flex, 0.000625, tier_assumed",
    ", priority, 0.00125, tier_assumed",
  })
  void takesTheTierOfTheResponse(String served, String requested, String cost, String note) {
    RowCost priced =
        pricer.price(
            openAi("gpt-5", 1000, 0)
                .set(UsageField.SERVICE_TIER, served)
                .set(UsageField.REQUESTED_SERVICE_TIER, requested)
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    assertThat(priced.notes()).isEqualTo(note == null ? List.of() : List.of(note));
  }

  @Test
  void takesTheSheetOfTheTimeOfTheCall() {
    UsageRecord.Builder usage = anthropic("claude-sonnet-4-6", 300_000, 0);

    Instant change = Instant.parse("2026-03-13T00:00:00Z");
    RowCost before = pricer.price(usage.set(UsageField.TIMESTAMP, change.minusNanos(1000)).build());
    RowCost from = pricer.price(usage.set(UsageField.TIMESTAMP, change).build());

    assertThat(before.costUsd()).isEqualByComparingTo("1.8");
    assertThat(from.costUsd()).isEqualByComparingTo("0.9");
    assertThat(before.priceId()).isNotEqualTo(from.priceId());
  }

  @Test
  void addsTheSurchargeOfTheRegionThatServed() {
    RowCost priced =
        pricer.price(
            anthropic("claude-opus-4-6", 1000, 0).set(UsageField.INFERENCE_GEO, "us").build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.0055");
    assertThat(priced.priceId()).startsWith("anthropic/claude-opus-4-6/standard/us@");
  }

  @Test
  void pricesFastModeAsATierOfItsOwn() {
    RowCost priced =
        pricer.price(
            anthropic("claude-opus-4-6", 1000, 0)
                .set(UsageField.USAGE_RAW, "{\"input_tokens\":1000,\"speed\":\"fast\"}")
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.03");
  }

  @Test
  void addsServerToolsPerCall() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 1000, 0)
                .set(
                    UsageField.SERVER_TOOL_REQUESTS,
                    "{\"web_search_requests\":3,\"web_fetch_requests\":2}")
                .build());

    assertThat(priced.toolCostUsd()).isEqualByComparingTo("0.03");
    assertThat(priced.costUsd()).isEqualByComparingTo("0.033");
  }

  @Test
  void pricesEachIterationByItsOwnModel() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 2411, 145)
                .set(
                    UsageField.ITERATIONS,
                    """
                    [{"type":"message","model":null,"input_tokens":1128,"output_tokens":135},
                     {"type":"advisor_message","model":"claude-opus-4-8","input_tokens":2543,"output_tokens":18},
                     {"type":"message","model":null,"input_tokens":1283,"output_tokens":10}]""")
                .build());

    // (1128 + 1283) x 3 + (135 + 10) x 15 + 2543 x 5 + 18 x 25, per million
    assertThat(priced.costUsd()).isEqualByComparingTo("0.022573");
    assertThat(priced.pricedIterations())
        .contains("\"cost_usd\":0.013165")
        .contains("\"price_id\":\"anthropic/claude-opus-4-8/standard@");
  }

  @Test
  void leavesTheRowUnpricedWhenOneIterationIs() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 10, 1)
                .set(
                    UsageField.ITERATIONS,
                    """
                    [{"type":"message","model":"claude-of-tomorrow","input_tokens":1,"output_tokens":1}]""")
                .build());

    assertThat(priced.costUsd()).isNull();
    assertThat(priced.unpricedReason()).isEqualTo("unknown_model");
  }

  @Test
  void calculatesALowerBoundOfAPartialAnswer() {
    RowCost priced =
        pricer.price(
            anthropic("claude-sonnet-4-6", 1000, 1).set(UsageField.COMPLETION, "partial").build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.003015");
    assertThat(priced.notes()).containsExactly("lower_bound");
  }

  @Test
  void pricesEmbeddingsThoughTheyHaveNoOutput() {
    RowCost priced =
        pricer.price(
            row("openai", "text-embedding-3-small", 1_000_000L, null)
                .set(UsageField.API, "openai.embeddings")
                .set(UsageField.SERVICE_TIER, "default")
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.02");
    assertThat(priced.outputCostUsd()).isNull();
    assertThat(priced.notes()).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1} with tier {2}: {3}")
  @CsvSource({
    "openai, gpt-of-tomorrow, default, unknown_model",
    "local, gpt-5, default, unknown_model",
    "openai, gpt-5, scale, unknown_tier",
    "openai, gpt-5-pro, flex, no_rate_for_tier",
    "anthropic, claude-opus-4-8, priority, no_rate_for_tier",
    "openai, , default, no_model",
  })
  void leavesUnpricedWhatTheCatalogueDoesNotKnow(
      String provider, String model, String tier, String reason) {
    RowCost priced =
        pricer.price(row(provider, model, 10L, 1L).set(UsageField.SERVICE_TIER, tier).build());

    assertThat(priced.costUsd()).isNull();
    assertThat(priced.priceId()).isNull();
    assertThat(priced.unpricedReason()).isEqualTo(reason);
  }

  @Test
  void leavesTheRowUnpricedWhenAClassHasNoRate() {
    RowCost priced =
        pricer.price(openAi("gpt-5-pro", 1000, 0).set(UsageField.CACHE_READ_TOKENS, 1L).build());

    assertThat(priced.costUsd()).isNull();
    assertThat(priced.unpricedReason()).isEqualTo("no_rate");
  }

  @Test
  void leavesTheRowUnpricedWhenAToolHasNoRate() {
    RowCost priced =
        pricer.price(
            openAi("gpt-5", 1000, 0)
                .set(
                    UsageField.METADATA,
                    "{\"output_tool_items\":{\"code_interpreter_call\":1,\"function_call\":2}}")
                .build());

    assertThat(priced.unpricedReason()).isEqualTo("no_tool_rate");
  }

  @Test
  void leavesContradictingCountsUnpriced() {
    RowCost priced =
        pricer.price(openAi("gpt-5", 10, 0).set(UsageField.CACHE_READ_TOKENS, 11L).build());

    assertThat(priced.unpricedReason()).isEqualTo("inconsistent_counts");
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}: {4}")
  @CsvSource({
    "error, 429, none, , error_not_billed",
    "error, , none, , error_not_billed",
    "error, 200, partial, cut, usage_unknown",
    "timeout, , none, , usage_unknown",
    "success, 200, complete, not_requested, usage_unknown",
    "success, 200, complete, counted_elsewhere, counted_elsewhere",
  })
  void saysWhyACallWithoutUsageHasNoCost(
      String status, Integer http, String completion, String note, String reason) {
    RowCost priced =
        pricer.price(
            row("openai", "gpt-5", null, null)
                .set(UsageField.STATUS, status)
                .set(UsageField.HTTP_STATUS, http)
                .set(UsageField.COMPLETION, completion)
                .set(UsageField.USAGE_NOTE, note == null ? null : List.of(note))
                .build());

    assertThat(priced.costUsd()).isNull();
    assertThat(priced.unpricedReason()).isEqualTo(reason);
  }

  @Test
  void costsNothingWhenTheProviderSaysZero() {
    RowCost priced = pricer.price(openAi("gpt-5", 0, 0).build());

    assertThat(priced.costUsd()).isEqualByComparingTo(BigDecimal.ZERO);
  }

  @Test
  void takesTheReportedCostOfAModelThatTheCatalogueDoesNotKnow() {
    RowCost priced =
        pricer.price(
            row("openrouter", "some/model", 10L, 1L)
                .set(UsageField.REPORTED_COST_USD, new BigDecimal("0.0123"))
                .set(UsageField.REPORTED_COST_KIND, "charged")
                .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.0123");
    assertThat(priced.listCostUsd()).isNull();
    assertThat(priced.source()).isEqualTo("reported");
  }

  @Test
  void neverTakesAReportedZeroForAPrice() {
    RowCost priced =
        pricer.price(
            row("openrouter", "some/model", 10L, 1L)
                .set(UsageField.REPORTED_COST_USD, BigDecimal.ZERO)
                .set(UsageField.REPORTED_COST_KIND, "charged")
                .build());

    assertThat(priced.costUsd()).isNull();
    assertThat(priced.unpricedReason()).isEqualTo("unknown_model");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "gpt-4o, ",
    "gpt-4o-2024-11-20, matched_snapshot",
    "gpt-4o-2031-01-01, snapshot_assumed",
    "gpt-5.6, matched_alias",
    "ft:gpt-4o-2024-08-06:org::id, ",
  })
  void notesByWhichRuleTheModelWasFound(String model, String note) {
    RowCost priced = pricer.price(openAi(model, 10, 1).build());

    assertThat(priced.costUsd()).isPositive();
    assertThat(priced.notes()).isEqualTo(note == null ? List.of() : List.of(note));
  }

  private static UsageRecord.Builder anthropic(String model, long input, long output) {
    return row("anthropic", model, input, output)
        .set(UsageField.API, "anthropic.messages")
        .set(UsageField.SERVICE_TIER, "standard");
  }

  private static UsageRecord.Builder openAi(String model, long input, long output) {
    return row("openai", model, input, output)
        .set(UsageField.API, "openai.chat")
        .set(UsageField.SERVICE_TIER, "default");
  }

  private static UsageRecord.Builder row(String provider, String model, Long input, Long output) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, NOW)
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, input)
        .set(UsageField.OUTPUT_TOKENS, output);
  }
}
