package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A pricer that remembers says what one says that sees each row first. */
class ResolutionsTest {
  private static final Catalogue CATALOGUE = Catalogue.builtIn();
  private static final List<String> MODELS =
      List.of("claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "nobody", "");
  private static final List<String> TIERS = List.of("standard", "batch", "priority", "tomorrow");

  private final CataloguePricer old = new CataloguePricer(CATALOGUE);

  @Test
  void remembersNothingThatIsNotSo() {
    Random random = new Random(3);
    for (int i = 0; i < 3_000; i++) {
      UsageRecord usage =
          UsageRecord.builder()
              .set(
                  UsageField.TIMESTAMP,
                  Instant.parse("2026-02-20T00:00:00Z").plusSeconds(random.nextInt(40 * 86_400)))
              .set(UsageField.PROVIDER, random.nextInt(10) == 0 ? "vertexai" : "anthropic")
              .set(UsageField.MODEL, MODELS.get(random.nextInt(MODELS.size())))
              .set(UsageField.SERVICE_TIER, TIERS.get(random.nextInt(TIERS.size())))
              .set(UsageField.INFERENCE_GEO, random.nextBoolean() ? "us" : null)
              .set(UsageField.INPUT_TOKENS, 250_000L)
              .set(UsageField.OUTPUT_TOKENS, 10L)
              .build();

      RowCost remembered = old.price(usage);

      if (i % 10 == 0) {
        assertThat(remembered)
            .as(usage.toString())
            .isEqualTo(new CataloguePricer(CATALOGUE).price(usage));
      }
    }
  }

  @Test
  void changesThePriceInTheInstantInWhichItChanges() {
    // Opus 4.6 lost its surcharge for long input with the first instant of 2026-03-13.
    assertThat(old.price(opus("2026-03-12T23:59:59.999999Z")).costUsd())
        .isEqualByComparingTo("2.500375");
    assertThat(old.price(opus("2026-03-13T00:00:00Z")).costUsd()).isEqualByComparingTo("1.25025");
    assertThat(old.price(opus("2026-03-12T23:59:59.999999Z")).costUsd())
        .isEqualByComparingTo("2.500375");
  }

  private static UsageRecord opus(String time) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, Instant.parse(time))
        .set(UsageField.PROVIDER, "anthropic")
        .set(UsageField.MODEL, "claude-opus-4-6")
        .set(UsageField.SERVICE_TIER, "standard")
        .set(UsageField.INPUT_TOKENS, 250_000L)
        .set(UsageField.OUTPUT_TOKENS, 10L)
        .build();
  }
}
