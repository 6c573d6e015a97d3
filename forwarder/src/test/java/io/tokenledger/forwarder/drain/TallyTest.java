package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.LedgerTransaction.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Written NOTHING = new Written(0, 0, 0, 0, 0, 0);

  private final List<String> said = new ArrayList<>();
  private final Tally tally = new Tally(said::add);

  @Test
  void saysEachNoticeOnce() {
    tally.accept("one");
    tally.accept("two");
    tally.accept("one");

    assertThat(said).containsExactly("one", "two");
  }

  /** In a forwarder that runs for months the alarm may be the thousandth. */
  @Test
  void saysWhatIsNewHoweverMuchWasSaidBefore() {
    for (int i = 0; i < 5_000; i++) {
      tally.accept("notice " + i);
    }
    tally.accept("ALARM");

    assertThat(said).hasSize(5_001).endsWith("ALARM");
    assertThat(tally.summary(0, 0).notices()).contains("ALARM").hasSizeLessThan(2_000);
  }

  @Test
  void countsASourceOnceAlsoAfterItsEnd() {
    UUID ended = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    tally.add(NOTHING, Set.of(ended, other));
    tally.add(NOTHING, Set.of(ended));
    tally.ended(ended);
    tally.ended(UUID.randomUUID());
    tally.add(NOTHING, Set.of(other));

    assertThat(tally.summary(0, 0).sources()).isEqualTo(2);
  }
}
