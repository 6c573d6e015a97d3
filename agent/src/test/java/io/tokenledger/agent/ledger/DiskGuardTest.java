package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.GapRecord;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each limit refuses by its own name and count, and is felt no longer than it stands. */
class DiskGuardTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @TempDir Path base;
  private SourceDirectory source;
  private File own;

  @BeforeEach
  void makeSource() {
    source = Sources.create(base);
    own = source.path();
  }

  @Test
  void keepsAnAmountOfTheDiskFree() throws Exception {
    long free = own.getUsableSpace();

    assertRefuses(guard(GIB, 4 * GIB, free), MIB, "disk", "queue.min_free_disk");
    guard(GIB, 4 * GIB, free / 2).admit(MIB);
  }

  @Test
  void countsTheFilesOfThisProcess() throws Exception {
    DiskGuard guard = guard(4 * MIB, 4 * GIB, 0);
    File file = fileOf(3 * MIB, own);

    assertRefuses(guard, 2 * MIB, "cap", "queue.max_bytes");
    guard.admit(MIB / 2);
    assertThat(file.delete()).isTrue();
    guard.admit(2 * MIB);
  }

  @Test
  void countsTheFilesOfEverybody() throws Exception {
    DiskGuard guard = guard(GIB, 4 * MIB, 0);
    File file = fileOf(3 * MIB, Sources.create(base).path());

    assertRefuses(guard, 2 * MIB, "cap", "queue.directory_max_bytes");
    guard.admit(MIB / 2);
    assertThat(file.delete()).isTrue();
    guard.admit(2 * MIB);
  }

  @Test
  void theLedgerOwnsUpToWhatALimitRefusedEvenAtItsEnd() throws Exception {
    File file = fileOf(8 * MIB, own);
    AgentConfig.Queue limits = new AgentConfig.Queue(base.toString(), 8 * MIB, 4 * GIB, 0, 0600);
    Ledger ledger = new Ledger(source, limits, Map::of);
    for (int i = 0; i < 300; i++) {
      ledger.offer(Sources.exchange(i));
    }
    Sources.await("all taken", ledger::isIdle);
    assertThat(file.delete()).isTrue();
    ledger.finish();

    assertThat(QueueContents.bodies(QueueContents.entries(own), GapRecord.class))
        .extracting(GapRecord::reason, GapRecord::count)
        .containsExactly(tuple("cap", 300L));
  }

  private DiskGuard guard(long maxBytes, long directoryMaxBytes, long minFreeDisk) {
    return new DiskGuard(
        own,
        new AgentConfig.Queue(base.toString(), maxBytes, directoryMaxBytes, minFreeDisk, 0600),
        0);
  }

  private static void assertRefuses(DiskGuard guard, long bytes, String reason, String key) {
    assertThatThrownBy(() -> guard.admit(bytes))
        .isInstanceOf(RefusedEntryException.class)
        .hasMessageContaining(key)
        .extracting(e -> ((RefusedEntryException) e).reason())
        .isEqualTo(reason);
  }

  /** Its length counts, whatever it takes. */
  private static File fileOf(long bytes, File directory) throws IOException {
    File file = new File(directory, "segment-000009.tlseg");
    try (RandomAccessFile sparse = new RandomAccessFile(file, "rw")) {
      sparse.setLength(bytes);
    }
    return file;
  }
}
