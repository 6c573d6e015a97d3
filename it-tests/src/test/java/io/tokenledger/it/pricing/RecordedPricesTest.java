package io.tokenledger.it.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokenledger.agent.provider.conformance.Transcripts;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.Charge;
import io.tokenledger.forwarder.pricing.Pricing;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the price of every recorded exchange, and which of them have none. */
class RecordedPricesTest {
  private final CataloguePricer pricer = new CataloguePricer(Catalogue.builtIn());

  @Test
  void theArithmeticOfEachRowAddsUpToItsCost() {
    int priced = 0;
    for (RecordedMoney.Row row : RecordedMoney.all()) {
      Pricing pricing = pricer.explain(row.usage());
      RowCost cost = pricing.cost();
      if ("catalogue".equals(cost.source())) {
        priced++;
        BigDecimal lines =
            Stream.concat(
                    pricing.parts().stream().flatMap(part -> part.charges().stream()),
                    pricing.tools().stream())
                .map(Charge::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(lines).as(row.toString()).isEqualByComparingTo(cost.listCostUsd());
        BigDecimal parts =
            Stream.of(
                    cost.inputCostUsd(),
                    cost.outputCostUsd(),
                    cost.cacheReadCostUsd(),
                    cost.cacheWriteCostUsd(),
                    cost.toolCostUsd())
                .filter(Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(parts).as(row.toString()).isEqualByComparingTo(cost.listCostUsd());
        assertThat(cost.costUsd()).as(row.toString()).isEqualByComparingTo(cost.listCostUsd());
        assertThat(tokens(pricing)).as(row.toString()).isIn(totals(row.usage(), pricing));
      }
    }
    assertThat(priced).isGreaterThan(Transcripts.given() ? 120 : 10);
  }

  @Test
  void tokensThatCostNothingSaySo() {
    for (RecordedMoney.Row row : RecordedMoney.all()) {
      RowCost cost = pricer.price(row.usage());
      if (cost.costUsd() != null && cost.costUsd().signum() == 0 && hasTokens(row.usage())) {
        assertThat(cost.notes()).as(row.toString()).contains("free");
      }
    }
  }

  @Test
  void eachRecordedModelHasAPriceOrAReason() {
    assumeTrue(
        Transcripts.given(),
        "recorded models were not looked up: give -Dtranscripts=<folder of recorded exchanges>");
    Map<String, String> reasons = RecordedMoney.reasons("recorded-rows-without-price");
    Set<String> without = new TreeSet<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (RecordedMoney.Row row : RecordedMoney.recorded()) {
      RowCost cost = pricer.price(row.usage());
      counts.merge(
          cost.unpricedReason() == null ? cost.source() : cost.unpricedReason(), 1, Integer::sum);
      if (cost.lacksPrice()) {
        without.add(
            row.usage().get(UsageField.PROVIDER)
                + " "
                + name(row.usage())
                + " "
                + cost.unpricedReason());
      }
    }
    System.out.println("prices of recorded rows: " + counts);
    assertThat(without).isEqualTo(reasons.keySet());
  }

  private static String name(UsageRecord usage) {
    String served = usage.get(UsageField.MODEL);
    return served != null ? served : usage.get(UsageField.REQUEST_MODEL);
  }

  private static boolean hasTokens(UsageRecord usage) {
    Long input = usage.get(UsageField.INPUT_TOKENS);
    Long output = usage.get(UsageField.OUTPUT_TOKENS);
    return (input != null && input > 0) || (output != null && output > 0);
  }

  /** Tokens that were charged: every token of the row once. */
  private static long tokens(Pricing pricing) {
    return pricing.parts().stream()
        .flatMap(part -> part.charges().stream())
        .mapToLong(charge -> charge.used().longValueExact())
        .sum();
  }

  private static List<Long> totals(UsageRecord usage, Pricing pricing) {
    long counted =
        pricing.parts().stream()
            .mapToLong(part -> zero(part.counts().input()) + zero(part.counts().output()))
            .sum();
    boolean otherUnit = pricing.parts().stream().allMatch(part -> part.charges().isEmpty());
    long row = zero(usage.get(UsageField.INPUT_TOKENS)) + zero(usage.get(UsageField.OUTPUT_TOKENS));
    boolean byTheRow = pricing.parts().size() == 1 && usage.get(UsageField.BILLABLE) == null;
    return otherUnit ? List.of(0L) : List.of(byTheRow ? row : counted);
  }

  private static long zero(Long count) {
    return count == null ? 0 : count;
  }
}
