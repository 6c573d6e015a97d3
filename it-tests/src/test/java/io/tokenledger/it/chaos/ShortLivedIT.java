package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that live for a call or two, as many as {@code -Dchaos.processes=} says; {@code
 * it-tests/short-lived} makes it thousands.
 */
@EnabledIfSystemProperty(
    named = "chaos.processes",
    matches = "\\d+",
    disabledReason = "takes a minute: -Dchaos.processes=40")
class ShortLivedIT {
  private static final int PROCESSES = Integer.getInteger("chaos.processes", 0);
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  @TempDir Path directory;

  @Test
  void leaveALedgerThatEqualsWhatTheProviderSentAndHardlyAnyFiles() throws Exception {
    try (ShortLived run = new ShortLived(directory, System.out)) {
      Audit audit = run.live(PROCESSES, SEED);

      assertThat(audit.unexplained()).as("%s, seed %s", audit.summary(), SEED).isEmpty();
      assertThat(run.footprint().peakBytes()).isLessThan(256L << 20);
      assertThat(run.footprint().peakDescriptors()).isLessThan(300);
    }
  }
}
