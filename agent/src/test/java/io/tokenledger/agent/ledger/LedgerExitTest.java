package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.UsageField;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process may end, and what is in its queue then. */
class LedgerExitTest {
  private static final long FIRST_WITHIN_NANOS = 1_000_000_000L;
  private static final long LATER_WITHIN_NANOS = 250_000_000L;

  @TempDir Path base;

  @Test
  void oneExchangeFollowedByExitLeavesItsRecord() throws Exception {
    try (LedgerProcess process =
        LedgerProcess.start(LedgerProcess.MODULE_ACCESS, "exit-at-once", base)) {
      assertThat(process.exitCode()).isZero();
    }
    File source = LedgerProcess.onlySource(base);
    assertThat(QueueContents.segmentEntries(source)).isNotEmpty();
    assertThat(QueueContents.exchanges(source)).hasSize(1);
  }

  @Test
  void anOpenStreamIsWrittenAtExit() throws Exception {
    try (LedgerProcess process =
        LedgerProcess.start(LedgerProcess.MODULE_ACCESS, "exit-while-open", base)) {
      Sources.await("a first record", () -> hasExchanges(1));
      process.writeLine("");
      assertThat(process.exitCode()).isZero();
    }
    List<LedgerEntry> entries = QueueContents.entries(LedgerProcess.onlySource(base));
    assertThat(entries).extracting(LedgerEntry::seq).containsExactly(0L, 1L, 2L, 3L);
    assertThat(QueueContents.exchanges(LedgerProcess.onlySource(base)))
        .extracting(record -> record.get(UsageField.INPUT_TOKENS))
        .containsExactly(1L, 2L);
  }

  @Test
  void anUnusedLedgerLeavesItsSourceOnly() throws Exception {
    try (LedgerProcess process =
        LedgerProcess.start(LedgerProcess.MODULE_ACCESS, "exit-unused", base)) {
      assertThat(process.exitCode()).isZero();
    }
    assertThat(LedgerProcess.onlySource(base).list())
        .containsExactlyInAnyOrder("queue.lock", "source.json");
  }

  @Test
  void aKilledProcessLeavesWhatItWasGivenInTime() throws Exception {
    try (LedgerProcess process =
        LedgerProcess.start(LedgerProcess.MODULE_ACCESS, "hang", base, "20")) {
      assertThat(process.readLine()).isEqualTo("offered");
      LockSupport.parkNanos(FIRST_WITHIN_NANOS);
      process.writeLine("");
      assertThat(process.readLine()).isEqualTo("offered");
      LockSupport.parkNanos(LATER_WITHIN_NANOS);
      process.kill();
    }
    File source = LedgerProcess.onlySource(base);
    assertThat(QueueContents.exchanges(source)).hasSize(21);
  }

  @Test
  void writesToASegmentWhereChronicleCannotRun() throws Exception {
    try (LedgerProcess process = LedgerProcess.start(List.of(), "hang", base, "5")) {
      assertThat(process.readLine()).isEqualTo("offered");
      Sources.await("5 records", () -> hasExchanges(5));
    }
    File source = LedgerProcess.onlySource(base);
    assertThat(QueueContents.segmentEntries(source))
        .extracting(LedgerEntry::seq)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  private boolean hasExchanges(int count) {
    File[] sources = base.toFile().listFiles();
    return sources != null
        && sources.length == 1
        && QueueContents.exchanges(sources[0]).size() == count;
  }
}
