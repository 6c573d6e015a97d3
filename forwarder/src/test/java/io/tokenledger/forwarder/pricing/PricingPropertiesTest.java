package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all counts: classes and parts add up to totals, and no count is charged twice. */
class PricingPropertiesTest {
  private static final int CASES = 20_000;

  private final CataloguePricer pricer = new CataloguePricer(Catalogue.builtIn());

  @Test
  void classesAddUpToTheTotalsOrTheCountsContradictEachOther() {
    Random random = new Random(7);
    int split = 0;
    for (int i = 0; i < CASES; i++) {
      TokenCounts counts = counts(random);
      TokenClasses classes = TokenClasses.split(counts, random.nextBoolean());
      if (classes != null) {
        split++;
        assertThat(classes.input()).as("%s", counts).isEqualTo(counts.input());
        assertThat(classes.output()).as("%s", counts).isEqualTo(counts.output());
        assertThat(classes.read()).as("%s", counts).isEqualTo(counts.cacheRead());
        assertThat(classes.write()).as("%s", counts).isEqualTo(counts.cacheWrite());
        assertThat(
                List.of(
                    classes.freshText(),
                    classes.freshAudio(),
                    classes.freshImage(),
                    classes.textRead(),
                    classes.audioRead(),
                    classes.imageRead(),
                    classes.textOutput()))
            .as("%s", counts)
            .allMatch(count -> count >= 0);
      }
    }
    assertThat(split).isBetween(CASES / 10, CASES - 1);
  }

  @Test
  void partsAddUpToTheListCost() {
    Random random = new Random(11);
    int priced = 0;
    for (int i = 0; i < CASES / 10; i++) {
      long read = random.nextInt(300_000);
      long write = random.nextInt(1_000);
      UsageRecord usage =
          UsageRecord.builder()
              .set(UsageField.TIMESTAMP, Instant.parse("2026-02-01T00:00:00Z"))
              .set(UsageField.PROVIDER, "anthropic")
              .set(UsageField.MODEL, "claude-sonnet-4-6")
              .set(UsageField.STATUS, "success")
              .set(UsageField.COMPLETION, "complete")
              .set(UsageField.INPUT_TOKENS, read + write + random.nextInt(100_000))
              .set(UsageField.CACHE_READ_TOKENS, read)
              .set(UsageField.CACHE_WRITE_TOKENS, write)
              .set(UsageField.OUTPUT_TOKENS, (long) random.nextInt(5_000))
              .set(
                  UsageField.SERVER_TOOL_REQUESTS,
                  "{\"web_search_requests\":" + random.nextInt(4) + "}")
              .build();
      RowCost cost = pricer.price(usage);
      BigDecimal sum =
          cost.inputCostUsd()
              .add(cost.outputCostUsd())
              .add(cost.cacheReadCostUsd())
              .add(cost.cacheWriteCostUsd())
              .add(cost.toolCostUsd());
      assertThat(sum).isEqualByComparingTo(cost.listCostUsd());
      assertThat(cost.costUsd()).isEqualByComparingTo(cost.listCostUsd());
      priced++;
    }
    assertThat(priced).isEqualTo(CASES / 10);
  }

  @Test
  void theSameRowHasTheSamePriceEachTime() {
    UsageRecord usage =
        UsageRecord.builder()
            .set(UsageField.TIMESTAMP, Instant.parse("2026-11-01T00:00:00Z"))
            .set(UsageField.PROVIDER, "openai")
            .set(UsageField.MODEL, "gpt-5")
            .set(UsageField.INPUT_TOKENS, 5L)
            .set(UsageField.OUTPUT_TOKENS, 5L)
            .build();

    assertThat(new CataloguePricer(Catalogue.builtIn()).price(usage))
        .isEqualTo(pricer.price(usage));
  }

  private static TokenCounts counts(Random random) {
    long write5m = random.nextInt(50);
    long write1h = random.nextInt(50);
    return new TokenCounts(
        (long) random.nextInt(1_000),
        (long) random.nextInt(1_000),
        (long) random.nextInt(400),
        write5m + write1h + random.nextInt(20),
        write5m,
        write1h,
        (long) random.nextInt(300),
        (long) random.nextInt(200),
        (long) random.nextInt(200),
        (long) random.nextInt(200),
        (long) random.nextInt(200),
        random.nextBoolean() ? (long) random.nextInt(200) : null,
        (long) random.nextInt(200));
  }
}
