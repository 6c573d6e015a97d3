package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files of the user's change, and every way in which a rate can be written. */
class LayeredPricesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final String ACME =
      """
      prices:
      - provider: acme
        currency: %s
        sources: { mine: { name: "offer 7", date: "2026-11-01" } }
        tiers: { standard: standard, batch: batch, reserved: commitment }
        name_prefixes: ["acme/"]
        free_names: [":free"]
        models:
        - model: one
          names: [one-2026-01-01]
          tools: { web_search_requests: "0.01" }
          periods:
          - source: mine
            rates:
              standard: { %s }
      """;

  @Test
  void laysAnOverrideOverTheListPrice() {
    RowCost priced =
        pricer(
                override(
                    """
                    prices:
                    - provider: openai
                      currency: USD
                      sources: { mine: { name: "offer 7", date: "2026-11-01" } }
                      models:
                      - model: gpt-5
                        periods:
                        - { source: mine, from: "2026-11-01", rates: { standard: { input: "9" } } }
                    """))
            .price(row("openai", "gpt-5", 1000L, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.009");
    assertThat(priced.listCostUsd()).isEqualByComparingTo("0.009");
  }

  @Test
  void pricesByTheListBeforeAnOverrideBegins() {
    RowCost priced =
        pricer(
                override(
                    """
                    prices:
                    - provider: openai
                      currency: USD
                      sources: { mine: { name: "offer 7", date: "2026-11-01" } }
                      models:
                      - model: gpt-5
                        periods:
                        - { source: mine, from: "2026-12-01", rates: { standard: { input: "9" } } }
                    """))
            .price(row("openai", "gpt-5", 1000L, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.00125");
  }

  @Test
  void takesADiscountOffTheContractedCostOnly() {
    RowCost priced =
        pricer(
                contract(
                    """
                    discounts:
                    - { provider: openai, model: "gpt-5*", percent: "12.5", from: "2026-11-01" }
                    """))
            .price(row("openai", "gpt-5", 1000L, 0L).build());

    assertThat(priced.listCostUsd()).isEqualByComparingTo("0.00125");
    assertThat(priced.costUsd()).isEqualByComparingTo("0.00109375");
    assertThat(priced.inputCostUsd()).isEqualByComparingTo("0.00125");
    assertThat(priced.notes()).containsExactly("contract_applied");
  }

  @Test
  void pricesByAContractsOwnRatesAndKeepsTheListCost() {
    RowCost priced =
        pricer(
                contract(
                    """
                    prices:
                    - provider: openai
                      currency: USD
                      sources: { mine: { name: "offer 7", date: "2026-11-01" } }
                      models:
                      - model: gpt-5
                        periods:
                        - { source: mine, rates: { standard: { input: "1", output: "8" } } }
                    """))
            .price(row("openai", "gpt-5", 1000L, 100L).build());

    assertThat(priced.listCostUsd()).isEqualByComparingTo("0.00225");
    assertThat(priced.costUsd()).isEqualByComparingTo("0.0018");
  }

  @Test
  void scalesIterationsSoThatTheyAddUpToTheContractedCost() {
    RowCost priced =
        pricer(contract("discounts: [ { provider: anthropic, percent: \"50\" } ]"))
            .price(
                row("anthropic", "claude-sonnet-4-6", 10L, 0L)
                    .set(
                        UsageField.ITERATIONS,
                        """
                        [{"type":"compaction","input_tokens":1000,"output_tokens":0},
                         {"type":"message","input_tokens":10,"output_tokens":0}]""")
                    .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.001515");
    assertThat(priced.pricedIterations())
        .contains("\"cost_usd\":0.0015")
        .contains("\"cost_usd\":0.000015");
  }

  @Test
  void pricesAnotherCurrencyOnlyByADatedExchangeRate() {
    String prices = ACME.formatted("EUR", "input: \"2\"");
    String rates =
        """
        exchange_rates:
        - { currency: EUR, from: "2026-11-01", usd: "1.1", source: "bank" }
        - { currency: EUR, from: "2026-11-20", usd: "1.25", source: "bank" }
        - { currency: EUR, from: "2026-11-30", usd: "9", source: "bank" }
        """;
    UsageRecord usage = row("acme", "one", 1_000_000L, null).build();

    RowCost without = pricer(override(prices)).price(usage);
    RowCost with = pricer(override(prices + rates)).price(usage);

    assertThat(without.unpricedReason()).isEqualTo("no_fx_rate");
    assertThat(with.costUsd()).isEqualByComparingTo("2.5");
    assertThat(with.notes()).contains("fx_applied");
  }

  @ParameterizedTest(name = "{0} tokens: {1}")
  @CsvSource({"100, 0.0001", "101, 0.000103", "250, 0.00055", "1000, 0.0028"})
  void chargesGraduatedBandsOnlyForWhatIsAbove(long input, String cost) {
    String graduated =
        ACME.formatted("USD", "input: \"1\"")
            + """
                  graduated: true
                  above:
                  - { input_tokens: 100, rates: { standard: { input: "3" } } }
            """;

    RowCost priced = pricer(override(graduated)).price(row("acme", "one", input, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }

  @ParameterizedTest(name = "{0} tokens: {1}")
  @CsvSource({"100, 0.0001", "101, 0.000303", "200, 0.0006", "201, 0.001005"})
  void chargesTheWholeRequestAtTheLastBandItReached(long input, String cost) {
    String bands =
        ACME.formatted("USD", "input: \"1\"")
            + """
                  above:
                  - { input_tokens: 100, rates: { standard: { input: "3" } } }
                  - { input_tokens: 200, rates: { standard: { input: "5" } } }
            """;

    RowCost priced = pricer(override(bands)).price(row("acme", "one", input, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }

  @ParameterizedTest(name = "{0} seconds: {1}")
  @CsvSource({"0.2, 0.01", "10, 0.01", "10.2, 0.012", "12, 0.012", "13, 0.014"})
  void chargesMinimumQuantitiesAndWholeSteps(String seconds, String cost) {
    String rate =
        "second: { rate: \"1\", per: \"1000\", min_quantity: \"10\", quantity_step: \"2\" }";

    RowCost priced =
        pricer(override(ACME.formatted("USD", rate)))
            .price(
                row("acme", "one", null, null)
                    .set(UsageField.BILLABLE, "{\"duration_seconds\":" + seconds + "}")
                    .build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    assertThat(priced.notes()).doesNotContain("lower_bound");
  }

  @ParameterizedTest(name = "{1} of {0}: {2}")
  @CsvSource({
    "search_unit, '{\"billed_units\":{\"search_units\":3}}', 6",
    "page, '{\"pages_processed\":2}', 4",
    "image, '{\"images\":5}', 10",
    "character, '{\"characters\":7}', 14",
  })
  void chargesOtherUnitsByThePiece(String unit, String billable, String cost) {
    RowCost priced =
        pricer(override(ACME.formatted("USD", unit + ": \"2\"")))
            .price(row("acme", "one", null, null).set(UsageField.BILLABLE, billable).build());

    assertThat(priced.costUsd()).isEqualByComparingTo(cost);
  }

  @Test
  void leavesAQuantityThatNobodySellsUnpriced() {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"2\"")))
            .price(
                row("acme", "one", null, null)
                    .set(UsageField.BILLABLE, "{\"duration_seconds\":5}")
                    .build());

    assertThat(priced.unpricedReason()).isEqualTo("no_rate");
  }

  @Test
  void chargesTheTokensThatTheProviderSaysItCharges() {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"1\", output: \"2\"")))
            .price(
                row("acme", "one", 502L, 30L)
                    .set(
                        UsageField.BILLABLE,
                        "{\"billed_units\":{\"input_tokens\":7,\"output_tokens\":29}}")
                    .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.000065");
  }

  @Test
  void chargesEachRequestWhereTheSheetSellsThem() {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"1\", request: \"0.005\"")))
            .price(row("acme", "one", 1000L, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.006");
    assertThat(priced.toolCostUsd()).isEqualByComparingTo("0.005");
  }

  @Test
  void pricesReasoningApartOnlyWhereTheSheetDoes() {
    UsageRecord usage = row("acme", "one", 0L, 100L).set(UsageField.REASONING_TOKENS, 40L).build();

    RowCost together = pricer(override(ACME.formatted("USD", "output: \"2\""))).price(usage);
    RowCost apart =
        pricer(override(ACME.formatted("USD", "output: \"2\", reasoning: \"5\""))).price(usage);

    assertThat(together.costUsd()).isEqualByComparingTo("0.0002");
    assertThat(apart.costUsd()).isEqualByComparingTo("0.00032");
  }

  @Test
  void takesTextForCachedFirstAndAudioForTheRest() {
    String rates =
        "input: \"1\", audio_input: \"10\", cache_read: \"0.1\", audio_cache_read: \"0.5\"";

    RowCost priced =
        pricer(override(ACME.formatted("USD", rates)))
            .price(
                row("acme", "one", 1000L, 0L)
                    .set(UsageField.AUDIO_INPUT_TOKENS, 400L)
                    .set(UsageField.CACHE_READ_TOKENS, 700L)
                    .build());

    // 600 of text and 100 of audio are cached, 300 of audio are fresh
    assertThat(priced.costUsd()).isEqualByComparingTo("0.00311");
    assertThat(priced.notes()).contains("overlap_assumed");
  }

  @ParameterizedTest(name = "{0} is found with {1}")
  @CsvSource({
    "one, ",
    "one-2026-01-01, matched_snapshot",
    "acme/one, matched_prefix",
    "one-2027-05-05, snapshot_assumed",
  })
  void findsNamesByRuleAndNotesIt(String model, String note) {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"1\"")))
            .price(row("acme", model, 10L, 0L).build());

    assertThat(priced.costUsd()).isPositive();
    assertThat(priced.notes()).isEqualTo(note == null ? List.of() : List.of(note));
  }

  @Test
  void neverPricesCommittedCapacityByTheToken() {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"1\"")))
            .price(row("acme", "one", 10L, 0L).set(UsageField.SERVICE_TIER, "reserved").build());

    assertThat(priced.unpricedReason()).isEqualTo("commitment");
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @CsvSource({"two:free, 0, ", "two, , unknown_model"})
  void believesAReportedZeroOnlyOfModelsThatAreFreeByRule(
      String model, String cost, String reason) {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"1\"")))
            .price(
                row("acme", model, 10L, 1L)
                    .set(UsageField.REPORTED_COST_USD, BigDecimal.ZERO)
                    .set(UsageField.REPORTED_COST_KIND, "charged")
                    .build());

    assertThat(priced.costUsd()).isEqualTo(cost == null ? null : new BigDecimal(cost));
    assertThat(priced.unpricedReason()).isEqualTo(reason);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          input: "0", output: "0" | [free]
          input: "0"              | [free]
          input: "0", output: "2" | [zero_cost]
          """)
  void callsACostOfZeroFreeOnlyWhereTheSheetHasNoOtherRate(String rates, String notes) {
    RowCost priced =
        pricer(override(ACME.formatted("USD", rates))).price(row("acme", "one", 10L, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0");
    assertThat(priced.notes()).hasToString(notes);
    assertThat(priced.isZeroCost()).isEqualTo(notes.contains("zero_cost"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          discounts: [ { provider: openai, model: "gpt-5*", percent: "100" } ]
          prices: [ { provider: openai, currency: USD, sources: { mine: { name: x, date: "2026-11-01" } }, models: [ { model: gpt-5, periods: [ { source: mine, rates: { standard: { input: "0", output: "0" } } } ] } ] } ]
          """)
  void callsWhatAContractForgivesFree(String content) {
    RowCost priced = pricer(contract(content)).price(row("openai", "gpt-5", 1000L, 10L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0");
    assertThat(priced.listCostUsd()).isPositive();
    assertThat(priced.notes()).containsExactly("contract_applied", "free");
  }

  @Test
  void callsNoZeroFreeThatIsNoCost() {
    RowCost priced =
        pricer(override(ACME.formatted("USD", "input: \"0\", output: \"2\"")))
            .price(row("acme", "one", 0L, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0");
    assertThat(priced.notes()).isEmpty();
  }

  @ParameterizedTest(name = "a reported {0} is the cost: {1}")
  @CsvSource({"charged, true", "fee, false", "estimate, false"})
  void takesOnlyAChargedCostForTheCostOfAnUnknownModel(String kind, boolean taken) {
    RowCost priced =
        new CataloguePricer(Catalogue.builtIn())
            .price(
                row("gateway.example", "some/model", 10L, 1L)
                    .set(UsageField.REPORTED_COST_USD, new BigDecimal("0.5"))
                    .set(UsageField.REPORTED_COST_KIND, kind)
                    .build());

    assertThat(priced.costUsd() != null).isEqualTo(taken);
  }

  @Test
  void takesAChargedCostWhereItIsAllThatTheProviderSays() {
    RowCost priced =
        new CataloguePricer(Catalogue.builtIn())
            .price(
                row("xai", "grok-imagine-image-quality", null, null)
                    .set(UsageField.REPORTED_COST_USD, new BigDecimal("0.07"))
                    .set(UsageField.REPORTED_COST_KIND, "charged")
                    .build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.07");
    assertThat(priced.source()).isEqualTo("reported");
  }

  @ParameterizedTest(name = "deployment {0} of {1}, model {2}: {3} {4}")
  @CsvSource({
    "chat, res, gpt-5, 0.001, matched_mapping",
    "chat-eu, res, gpt-5, 0.0011, matched_mapping",
    "chat-ptu, res, gpt-5, , commitment",
    "gpt-5, res, gpt-5, 0.001, deployment_assumed",
    "chat, other, gpt-5, 0.001, deployment_assumed",
    "gpt-5, res, , , unmapped_deployment",
  })
  void neverTakesADeploymentsNameForAModels(
      String deployment, String resource, String model, String cost, String note) {
    String azure =
        """
        azure_deployments:
        - { resource: res, deployment: chat, model: gpt-5 }
        - { resource: res, deployment: chat-eu, model: gpt-5, type: data_zone_eu }
        - { resource: res, deployment: chat-ptu, model: gpt-5, type: provisioned }
        prices:
        - provider: azure
          currency: USD
          sources: { mine: { name: "test", date: "2026-11-01" } }
          tiers: { standard: standard }
          models:
          - model: gpt-5
            periods: [ { source: mine, rates: { standard: { input: "1" } } } ]
          - model: eu/gpt-5
            periods: [ { source: mine, rates: { standard: { input: "1.1" } } } ]
        """;

    RowCost priced =
        pricer(override(azure))
            .price(
                row("azure", model, 1000L, 0L)
                    .set(UsageField.HOST, resource + ".openai.azure.com")
                    .set(UsageField.DEPLOYMENT, deployment)
                    .set(UsageField.REQUEST_MODEL, deployment)
                    .build());

    if (cost == null) {
      assertThat(priced.unpricedReason()).isEqualTo(note);
    } else {
      assertThat(priced.costUsd()).isEqualByComparingTo(cost);
      assertThat(priced.notes()).containsExactly(note);
    }
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "us.a.m-v1:0, 0.0011, ",
    "a.m-v1:0, 0.001, ",
    "eu.a.m-v1:0, , unknown_model",
    "arn:aws:bedrock:us-east-1:1:application-inference-profile/x, 0.0011, ",
    "arn:aws:bedrock:us-east-1:1:application-inference-profile/y, , unmapped_profile",
    "arn:aws:bedrock:us-east-1::foundation-model/a.m-v1:0, 0.001, ",
  })
  void keepsTheRegionPrefixThatIsPartOfTheProduct(String name, String cost, String reason) {
    String bedrock =
        """
        aliases:
        - { provider: bedrock, name: "arn:aws:bedrock:us-east-1:1:application-inference-profile/x", model: "us.a.m-v1:0" }
        prices:
        - provider: bedrock
          currency: USD
          product: requested
          sources: { mine: { name: "test", date: "2026-11-01" } }
          tiers: { standard: standard }
          models:
          - model: "a.m-v1:0"
            periods: [ { source: mine, rates: { standard: { input: "1" } } } ]
          - model: "us.a.m-v1:0"
            periods: [ { source: mine, rates: { standard: { input: "1.1" } } } ]
        """;

    RowCost priced =
        pricer(override(bedrock))
            .price(row("bedrock", "m", 1000L, 0L).set(UsageField.REQUEST_MODEL, name).build());

    if (cost == null) {
      assertThat(priced.unpricedReason()).isEqualTo(reason);
    } else {
      assertThat(priced.costUsd()).isEqualByComparingTo(cost);
    }
  }

  @Test
  void pricesAGatewayWithoutPricesByTheMakersListAndSaysSo() {
    String gateway =
        """
        prices:
        - provider: portal
          currency: USD
          sources: {}
          resells: [anthropic, openai]
          models: []
        """;

    RowCost priced = pricer(override(gateway)).price(row("portal", "gpt-5", 1000L, 0L).build());

    assertThat(priced.costUsd()).isEqualByComparingTo("0.00125");
    assertThat(priced.notes()).contains("upstream_assumed");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          layer: built_in | layer is 'built_in': contract, override or import
          layer: override\\ndiscounts: [{provider: a, percent: "5"}] | discounts belong into a file whose layer is contract
          layer: contract\\ndiscounts: [{provider: a, percent: "101"}] | a discount takes off more than 100 percent
          layer: override\\nazure_deployments: [{resource: r, deployment: d, model: m, type: big}] | deployment type 'big' is none of data_zone_eu, data_zone_us, global_batch, global_standard, provisioned, regional
          layer: override\\nexchange_rates: [{currency: EUR, usd: "1", source: s}] | an exchange rate lacks 'from', the day it begins to hold
          """)
  void refusesAFileThatCouldMisprice(String lines, String complaint) {
    assertThatThrownBy(
            () -> PriceFileReader.read("mine.yml", "name: x\n" + lines.replace("\\n", "\n")))
        .isInstanceOf(CatalogueException.class)
        .hasMessage("Price catalogue mine.yml: " + complaint + ".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "        periods: | periods: ~",
        "models: | models: none",
        "models: | models: {}",
        "        names: [one-2026-01-01] | names: [~]",
        "        names: [one-2026-01-01] | names: one",
        "    tiers: { standard: standard, batch: batch, reserved: commitment } | tiers: [standard]",
        "    tiers: { standard: standard, batch: batch, reserved: commitment } | tiers: { standard: ~ }",
        "            rates: | rates: [5]",
        "            rates: | graduated: \"yes\"",
      })
  void refusesAPartThatIsNotWhatItShouldBe(String part, String instead) {
    String file = ACME.formatted("USD", "input: \"1\"");
    String line =
        file.lines()
            .filter(each -> each.strip().startsWith(part.strip()))
            .findFirst()
            .orElseThrow();
    String indent = line.substring(0, line.indexOf(line.strip().charAt(0)));
    boolean beside = instead.startsWith("graduated");
    StringBuilder changed = new StringBuilder();
    boolean below = false;
    for (String each : file.lines().toList()) {
      int depth = each.length() - each.stripLeading().length();
      below = below && (depth > indent.length() || each.startsWith(indent + "- "));
      if (each.equals(line)) {
        changed.append(indent).append(instead).append('\n');
        below = !beside;
        if (beside) {
          changed.append(each).append('\n');
        }
      } else if (!below) {
        changed.append(each).append('\n');
      }
    }

    assertThatThrownBy(() -> override(changed.toString()))
        .as(changed.toString())
        .isInstanceOf(CatalogueException.class)
        .hasMessageStartingWith("Price catalogue mine.yml: ");
  }

  @Test
  void refusesARateThatWouldNotEnd() {
    String third = "second: { rate: \"1\", per: \"3600\" }";

    assertThatThrownBy(() -> override(ACME.formatted("USD", third)))
        .hasMessageContaining("per must be a power of ten");
  }

  private static CataloguePricer pricer(PriceFile file) {
    return new CataloguePricer(Catalogue.builtIn().with(List.of(file)));
  }

  private static PriceFile override(String content) {
    return PriceFileReader.read("mine.yml", "name: mine\nlayer: override\n" + content);
  }

  private static PriceFile contract(String content) {
    return PriceFileReader.read("mine.yml", "name: mine\nlayer: contract\n" + content);
  }

  private static UsageRecord.Builder row(String provider, String model, Long input, Long output) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, NOW)
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.API, provider + ".embed")
        .set(UsageField.SERVICE_TIER, "standard")
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, input)
        .set(UsageField.OUTPUT_TOKENS, output);
  }
}
