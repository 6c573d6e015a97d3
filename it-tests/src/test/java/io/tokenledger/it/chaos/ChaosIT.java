package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.Jdks;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five rounds in which everything is disturbed at random moments; {@code it-tests/chaos} makes it
 * long. {@code -Dchaos.seed=...} repeats order and moments.
 */
class ChaosIT {
  private static final int ROUNDS = Integer.getInteger("chaos.rounds", 5);
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  @TempDir Path directory;

  @Test
  void leavesALedgerThatEqualsWhatTheProviderSentOrOwnsUpToTheDifference() throws Exception {
    try (Chaos chaos = new Chaos(Jdks.current(), directory, ROUNDS, SEED, System.out)) {
      Audit audit = chaos.run(ROUNDS);

      assertThat(audit.unexplained()).as("%s, seed %s", audit.summary(), SEED).isEmpty();
    }
  }
}
