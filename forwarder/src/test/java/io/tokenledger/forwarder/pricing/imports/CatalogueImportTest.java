package io.tokenledger.forwarder.pricing.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CatalogueException;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.PriceDiff;
import io.tokenledger.forwarder.pricing.PriceSheet;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueImportTest {
  private static final LocalDate READ = LocalDate.parse("2026-11-21");
  private static final LocalDate FROM = LocalDate.parse("2026-11-01");

  private static final String LITELLM =
      """
      {"sample_spec": {"litellm_provider": "one of", "input_cost_per_token": 0.0},
       "m-1": {"litellm_provider": "acme", "mode": "chat",
         "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1.5e-05,
         "cache_read_input_token_cost": 2.5e-07,
         "cache_creation_input_token_cost": 3.125e-06,
         "cache_creation_input_token_cost_above_1hr": 5e-06,
         "input_cost_per_token_above_272k_tokens": 5e-06,
         "output_cost_per_token_above_272k_tokens": 2.25e-05,
         "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 7.5e-06,
         "input_cost_per_token_priority": 5e-06, "output_cost_per_token_priority": 3e-05,
         "search_context_cost_per_query": {"search_context_size_low": 0.01,
           "search_context_size_medium": 0.01, "search_context_size_high": 0.01}},
       "acme/m-tiered": {"litellm_provider": "acme", "tiered_pricing": [
         {"range": [0, 256000.0], "input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07},
         {"range": [256000.0, 1e6], "input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06}]},
       "m-unknown": {"litellm_provider": "acme", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
       "acme/m:free": {"litellm_provider": "acme", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
       "m-embed": {"litellm_provider": "acme", "input_cost_per_token": 1e-07, "output_cost_per_token": 0.0},
       "m-ears": {"litellm_provider": "acme", "input_cost_per_second": 0.0001},
       "m-rank": {"litellm_provider": "acme", "mode": "rerank", "input_cost_per_query": 0.002},
       "m-pixels": {"litellm_provider": "acme", "input_cost_per_pixel": 1e-08},
       "bedrock/us-east-1/1-month-commitment/m": {"litellm_provider": "bedrock", "input_cost_per_second": 1}}
      """;

  private static final String GENAI =
      """
      [{"id": "google", "models": [
        {"id": "gemini-9", "match": {"or": [{"equals": "gemini-9-001"}, {"starts_with": "gemini-9"}, {"contains": "nine"}]},
         "prices": [
          {"prices": {"input_mtok": {"base": 5, "tiers": [{"start": 200000, "price": 10}]}, "output_mtok": 25,
             "cache_write_mtok": 6.25, "cache_write_1h_mtok": 10, "web_searches_kcount": 35}},
          {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": 4, "output_mtok": 20}}]},
        {"id": "night", "prices": [{"prices": {"input_mtok": 2}},
          {"constraint": {"start_time": "16:30", "end_time": "00:30"}, "prices": {"input_mtok": 1}}]},
        {"id": "cites", "prices": {"input_mtok": 1, "output_citation_mtok": 2}}]}]
      """;

  private static final String MODELS_DEV =
      """
      {"openai": {"id": "openai", "models": {
        "gpt-x": {"id": "gpt-x", "cost": {"input": 2.5, "output": 15, "cache_read": 0.25,
           "tiers": [{"tier": {"type": "context", "size": 272000}, "input": 5, "output": 22.5}]},
          "experimental": {"modes": {"fast": {"cost": {"input": 5, "output": 30},
            "provider": {"body": {"service_tier": "priority"}}}}}},
        "gpt-free": {"id": "gpt-free", "cost": {"input": 0, "output": 0}},
        "gpt-none": {"id": "gpt-none"}}}}
      """;

  @ParameterizedTest(name = "{0} {1}: {2} in, {3} out = {4}")
  @CsvSource({
    "m-1, standard, 1000, 100, 0.004",
    "m-1, batch, 1000, 100, 0.002",
    "m-1, priority, 1000, 100, 0.008",
    "m-1, standard, 272000, 0, 0.68",
    "m-1, standard, 272001, 0, 1.360005",
    "m-tiered, standard, 256000, 0, 0.0128",
    "m-tiered, standard, 256001, 0, 0.06400025",
    "m-embed, standard, 1000000, 0, 0.1",
    "m:free, standard, 1000000, 10, 0",
  })
  void takesEveryKindOfRateFromLiteLlm(
      String model, String tier, long input, long output, String cost) {
    CatalogueImport imported = CatalogueImport.of("litellm", LITELLM, "f", FROM, READ);

    RowCost priced = price(imported, "acme", model, tier, input, output);

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }

  @Test
  void saysWhatItTookSkippedAndLeftOut() {
    CatalogueImport imported = CatalogueImport.of("litellm", LITELLM, "f", FROM, READ);

    assertThat(imported.entries()).isEqualTo(10);
    assertThat(imported.taken()).isEqualTo(6);
    assertThat(imported.skipped())
        .containsOnly(
            Map.entry("documentation, not a model", 1),
            Map.entry("rates of zero only, which may stand for an unknown price", 1),
            Map.entry("no price in a unit that a ledger can count", 1),
            Map.entry("capacity by commitment", 1));
    assertThat(imported.leftOut())
        .containsEntry("rates in input_cost_per_pixel", 1)
        .containsEntry("rates of zero", 1);
  }

  @Test
  void knowsTheLifetimesOfCacheWritesAndTheUnitsBesideTokens() {
    CatalogueImport imported = CatalogueImport.of("litellm", LITELLM, "f", FROM, READ);

    assertThat(rates(imported, "acme/m-1/standard"))
        .contains("cache_write_5m=3.125", "cache_write_1h=5", "cache_read=0.25");
    assertThat(rates(imported, "acme/m-ears/standard")).isEqualTo("second=0.0001");
    assertThat(rates(imported, "acme/m-rank/standard")).isEqualTo("search_unit=0.002");
  }

  @ParameterizedTest(name = "{0}: {1} in = {2}")
  @CsvSource({
    "2026-03-12T23:59:59Z, 200000, 1",
    "2026-03-12T23:59:59Z, 200001, 2.00001",
    "2026-03-13T00:00:00Z, 200001, 0.800004",
  })
  void keepsTheDatesOfGenAiPrices(Instant time, long input, String cost) {
    CatalogueImport imported = CatalogueImport.of("genai-prices", GENAI, "f", null, READ);

    UsageRecord usage =
        usage("gemini", "gemini-9", "standard", input, 0).set(UsageField.TIMESTAMP, time).build();
    RowCost priced =
        new CataloguePricer(Catalogue.builtIn().with(List.of(imported.file()))).price(usage);

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    assertThat(imported.skipped()).containsEntry("charges units that no row counts", 1);
    assertThat(imported.skipped()).containsEntry("prices by the time of day", 1);
    assertThat(imported.leftOut()).containsEntry("names by pattern", 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "litellm | {\"m\": {\"litellm_provider\": \"acme\", \"input_cost_per_token\": \"0.000002\", \"output_cost_per_token\": 0.000003}}",
        "genai-prices | [{\"id\": \"acme\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, \"prices\": {\"input_mtok\": \"2\", \"output_mtok\": 3}}]}]",
        "models-dev | {\"acme\": {\"id\": \"acme\", \"models\": {\"m\": {\"id\": \"m\", \"cost\": {\"input\": \"2\", \"output\": 3}}}}}",
      })
  void countsARateThatIsNoNumberAndNeverTakesItForZero(String format, String catalogue) {
    CatalogueImport imported = CatalogueImport.of(format, catalogue, "f", FROM, READ);

    assertThat(imported.leftOut()).containsOnly(Map.entry("rates that are no numbers", 1));
    RowCost priced = price(imported, "acme", "m", "standard", 1, 1);
    assertThat(priced.costUsd()).isNull();
    assertThat(priced.unpricedReason()).isEqualTo("no_rate");
  }

  @Test
  void readsTiersAndModesOfModelsDev() {
    CatalogueImport imported = CatalogueImport.of("models-dev", MODELS_DEV, "f", FROM, READ);

    assertThat(price(imported, "openai", "gpt-x", "default", 272_001, 0).costUsd())
        .isEqualByComparingTo("1.360005");
    assertThat(price(imported, "openai", "gpt-x", "priority", 1000, 0).costUsd())
        .isEqualByComparingTo("0.005");
    assertThat(imported.entries()).isEqualTo(3);
    assertThat(imported.taken()).isEqualTo(1);
  }

  @Test
  void wantsToKnowSinceWhenPricesHold() {
    assertThatThrownBy(() -> CatalogueImport.of("litellm", LITELLM, "f", null, READ))
        .isInstanceOf(CatalogueException.class)
        .hasMessageContaining("give --valid-from");
  }

  @Test
  void pricesNothingBeforeThatDay() {
    CatalogueImport imported = CatalogueImport.of("litellm", LITELLM, "f", FROM, READ);
    UsageRecord usage =
        usage("acme", "m-1", null, 10, 1)
            .set(UsageField.TIMESTAMP, Instant.parse("2026-10-31T23:59:59Z"))
            .build();

    RowCost priced =
        new CataloguePricer(Catalogue.builtIn().with(List.of(imported.file()))).price(usage);

    assertThat(priced.unpricedReason()).isEqualTo("no_price_at_time");
  }

  @Test
  void showsWhatChangesAndWhatChangesTooMuch() {
    CatalogueImport first = CatalogueImport.of("litellm", LITELLM, "f", FROM, READ);
    CatalogueImport second =
        CatalogueImport.of(
            "litellm",
            LITELLM.replace("2.5e-06", "2.6e-06").replace("1.5e-05,", "15e-05,"),
            "f",
            FROM.plusDays(10),
            READ);

    PriceDiff diff =
        PriceDiff.of(Catalogue.builtIn().with(List.of(first.file())), List.of(second.file()));

    assertThat(diff.added()).isEmpty();
    assertThat(diff.moves()).extracting(PriceDiff.Move::rate).contains("input", "output");
    assertThat(diff.movesBeyond(new BigDecimal("0.5")))
        .singleElement()
        .extracting(PriceDiff.Move::rate)
        .isEqualTo("output");
  }

  @ParameterizedTest
  @CsvSource({"litellm, litellm-model-prices.json", "genai-prices, genai-prices-v2.json"})
  void importsTheWholeCatalogue(String format, String file) throws IOException {
    String folder = System.getProperty("prices");
    assumeTrue(
        folder != null && !folder.isEmpty(),
        "whole catalogues were not imported: give -Dprices=<folder with " + file + ">");

    CatalogueImport imported =
        CatalogueImport.of(format, Files.readString(Path.of(folder, file)), file, FROM, READ);

    int skipped = imported.skipped().values().stream().mapToInt(Integer::intValue).sum();
    System.out.println(
        file
            + ": "
            + imported.entries()
            + " entries, "
            + imported.taken()
            + " taken, skipped "
            + imported.skipped()
            + ", left out "
            + imported.leftOut());
    assertThat(imported.taken() + skipped).isEqualTo(imported.entries());
    assertThat(imported.taken()).isGreaterThan(imported.entries() * 3 / 4);
    assertThat(imported.file().sheets())
        .allSatisfy(
            sheet -> {
              assertThat(sheet.validFrom()).isNotNull();
              boolean free = sheet.key().model().endsWith(":free");
              assertThat(sheet.rates().byUnit().values())
                  .as(sheet.id())
                  .allMatch(rate -> free || rate.amount().signum() > 0);
            });
  }

  private static String rates(CatalogueImport imported, String key) {
    PriceSheet sheet =
        imported.file().sheets().stream()
            .filter(candidate -> candidate.key().toString().equals(key))
            .findFirst()
            .orElseThrow();
    return sheet.rates().byUnit().entrySet().stream()
        .map(
            rate ->
                rate.getKey().text()
                    + "="
                    + rate.getValue().amount().stripTrailingZeros().toPlainString())
        .collect(Collectors.joining(" "));
  }

  private static RowCost price(
      CatalogueImport imported,
      String provider,
      String model,
      String tier,
      long input,
      long output) {
    String tiers =
        """
        name: tiers
        layer: override
        prices:
        - provider: acme
          currency: USD
          sources: {}
          tiers: { standard: standard, batch: batch, priority: priority }
          models: []
        """;
    Catalogue catalogue =
        Catalogue.builtIn()
            .with(
                List.of(
                    imported.file(),
                    io.tokenledger.forwarder.pricing.PriceFileReader.read("tiers.yml", tiers)));
    return new CataloguePricer(catalogue)
        .price(usage(provider, model, tier, input, output).build());
  }

  private static UsageRecord.Builder usage(
      String provider, String model, String tier, long input, long output) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, Instant.parse("2026-11-21T12:00:00Z"))
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.SERVICE_TIER, tier)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, input)
        .set(UsageField.OUTPUT_TOKENS, output);
  }
}
