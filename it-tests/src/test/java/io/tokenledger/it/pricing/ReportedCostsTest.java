package io.tokenledger.it.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.agent.provider.conformance.Transcripts;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Recorded exchanges that carry a cost of the provider's or a gateway's own, through the agent's
 * surfaces and the forwarder's prices: ours must be the same, within the provider's rounding, or a
 * line in {@code reported-costs-that-differ} says why not. Needs {@code -Dtranscripts=<folder>}.
 */
class ReportedCostsTest {
  /** Perplexity rounds each of its three amounts to five places; the others do not round. */
  private static final Map<String, BigDecimal> ROUNDING =
      Map.of("perplexity", new BigDecimal("0.00001"));

  private static final BigDecimal NO_ROUNDING = new BigDecimal("0.0000000001");

  /** Some were recorded on the loopback gateway of somebody who pays the makers' list prices. */
  private static final String GATEWAY =
      """
      name: our gateway
      layer: override
      prices:
      - { provider: local, currency: USD, sources: {}, tiers: { default: standard, standard: standard },
          resells: [anthropic, openai], models: [] }
      """;

  private final CataloguePricer pricer =
      new CataloguePricer(
          Catalogue.builtIn().with(List.of(PriceFileReader.read("gateway.yml", GATEWAY))));

  @Test
  void computesWhatTheProviderCharged() {
    assumeTrue(
        Transcripts.given(),
        "recorded costs were not compared: give -Dtranscripts=<folder of recorded exchanges>");
    Map<String, String> allowed = RecordedMoney.reasons("reported-costs-that-differ");
    Set<String> used = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    int computed = 0;
    int taken = 0;
    for (RecordedMoney.Row row : RecordedMoney.recorded()) {
      BigDecimal reported = reported(row);
      if (reported == null) {
        continue;
      }
      RowCost cost = pricer.price(row.usage());
      String difference = difference(row, reported, cost);
      if (difference == null && "reported".equals(cost.source())) {
        taken++; // the catalogue has no price for it
      } else if (difference == null) {
        computed++;
      } else if (allowed.containsKey(row.exchange().name())) {
        used.add(row.exchange().name());
      } else {
        wrong.add(row + " reported " + reported.toPlainString() + ": " + difference);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(used).as("differences that are none any more").isEqualTo(allowed.keySet());
    assertThat(computed).as("computed and equal").isGreaterThanOrEqualTo(16);
    assertThat(taken).as("taken from the provider").isBetween(1, 7);
  }

  /** What the response says the call costs: charged, or what the maker charges its caller. */
  private static BigDecimal reported(RecordedMoney.Row row) {
    JsonNode expected = row.exchange().expected();
    if (expected.path("usage").path("is_byok").asBoolean()) {
      return decimal(expected.path("usage").path("cost_details"), "upstream_inference_cost");
    }
    BigDecimal charged = decimal(expected, "provider_cost_usd");
    return charged != null ? charged : decimal(expected, "gateway_cost_estimate_usd");
  }

  private static String difference(RecordedMoney.Row row, BigDecimal reported, RowCost cost) {
    if (cost.costUsd() == null) {
      return "unpriced, " + cost.unpricedReason();
    }
    UsageRecord usage = row.usage();
    BigDecimal rounding = ROUNDING.getOrDefault(usage.get(UsageField.PROVIDER), NO_ROUNDING);
    boolean equal = cost.costUsd().subtract(reported).abs().compareTo(rounding) <= 0;
    return equal
        ? null
        : "ours " + cost.costUsd().toPlainString() + " by " + cost.source() + cost.notes();
  }

  private static BigDecimal decimal(JsonNode object, String key) {
    return object.path(key).isNumber() ? new BigDecimal(object.path(key).asText()) : null;
  }
}
