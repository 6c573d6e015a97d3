package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.QueueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** When files that are drained go, and when they must not. */
@ExtendWith(PostgresExtension.class)
class DrainedFilesTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final long ROOMY = 1L << 40;

  @TempDir Path queues;
  private Ledger ledger;

  @BeforeEach
  void open(PostgresSettings settings) {
    ledger = new Ledger(settings);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void keepsFilesLessLongTheFullerTheDirectoryIsBeyondHalf() {
    KeepTime keep = new KeepTime(settings(1_000), notice -> {});

    assertThat(Stream.of(0L, 500L, 625L, 750L, 2_000L).map(bytes -> keep.at(bytes, 1_000)))
        .containsExactly(DAY, DAY, Duration.ofHours(12), Duration.ZERO, Duration.ZERO);
  }

  @Test
  void deletesDrainedFilesBeforeTheirTimeWhileTheDirectoryIsOverHalfItsLimit() throws Exception {
    Path directory = drainedSource("shop-1");
    assertThat(drain(ROOMY).notices()).isEmpty();
    assertThat(directory).exists();
    long bytes = bytes(directory);

    DrainSummary full = drain(bytes + bytes / 3);

    assertThat(directory).doesNotExist();
    assertThat(full.notices()).singleElement().asString().contains("over half");
    assertThat(ledger.seqs()).containsExactly("0");
  }

  @Test
  void deletesOldCyclesOfALiveSourceBeforeTheirTimeAndNeverWhatIsNotDrained() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0).nextCycle().append(1);
      List<Path> cycles = cycles(queue.directory);
      for (Path cycle : cycles) {
        Files.setLastModifiedTime(cycle, FileTime.from(Instant.now().minusSeconds(60)));
      }
      drain(ROOMY);
      assertThat(cycles(queue.directory)).isEqualTo(cycles);

      drain(1);

      assertThat(cycles(queue.directory)).containsExactly(cycles.get(1));
    }
  }

  @Test
  void looksAgainBeforeItDeletesASourceThatWroteOnAfterItWasDrained() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Drain drain = ledger.drain(queues, settings(ROOMY))) {
      queue.append(0);
      drain.drainAll();
      queue.append(1);
      drainedTwoDaysAgo();

      drain.drainAll();
      assertThat(queue.directory).exists();
      drain.drainAll();

      assertThat(ledger.seqs()).containsExactly("0", "1");
      drainedTwoDaysAgo();
      drain.drainAll();
      assertThat(queue.directory).doesNotExist();
    }
  }

  @Test
  void deletesCyclesOfALiveSourceEarlyWhileItIsNearItsOwnLimit() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0).nextCycle().append(1);
      try (Drain drain = ledger.drain(queues, settings(bytes(queue.directory) * 3, ROOMY))) {
        drain.drainAll();
        assertThat(cycles(queue.directory)).hasSize(2);
      }
      try (Drain drain = ledger.drain(queues, settings(bytes(queue.directory), ROOMY))) {
        drain.drainAll();
        assertThat(cycles(queue.directory)).hasSize(1);
      }
    }
    assertThat(ledger.seqs()).containsExactly("0", "1");
  }

  @Test
  void deletesNoCycleThatALedgerLacksWhichWasSetBackMeanwhile() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel = lockFile(queue.directory);
        var lock = channel.lock();
        Drain drain = ledger.drain(queues, settings(ROOMY))) {
      assertThat(lock.isValid()).isTrue();
      queue.append(0).nextCycle().append(1);
      drain.drainAll();
      for (Path cycle : cycles(queue.directory)) {
        Files.setLastModifiedTime(cycle, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
      }
      ledger.query(
          "WITH gone AS (DELETE FROM token_ledger_events)"
              + " UPDATE token_ledger_sources SET reads = 0, position = 0, queue_file = NULL,"
              + " queue_offset = 0 RETURNING 1");

      drain.drainAll();
      drain.drainAll();

      assertThat(ledger.seqs()).containsExactly("0", "1");
      assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("0");
    }
  }

  @Test
  void looksAgainAtTheSegmentsToo() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Drain drain = ledger.drain(queues, settings(ROOMY))) {
      queue.append(0);
      drain.drainAll();
      queue.appendToSegment(1);
      drainedTwoDaysAgo();

      drain.drainAll();
      drain.drainAll();

      assertThat(ledger.seqs()).containsExactly("0", "1");
    }
  }

  @Test
  void deletesNothingOfASourceThatIsLiveAgainAndReadsItOn() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Drain drain = ledger.drain(queues, settings(ROOMY))) {
      queue.append(0);
      drain.drainAll();
      drainedTwoDaysAgo();
      try (FileChannel channel = lockFile(queue.directory);
          var lock = channel.lock()) {
        assertThat(lock.isValid()).isTrue();
        drain.drainAll();
        assertThat(queue.directory).exists();
        queue.append(1);

        assertThat(drain.drainAll().events()).isEqualTo(2);
      }
    }
    assertThat(ledger.seqs()).containsExactly("0", "1");
  }

  @Test
  void deletesATornSourceOnceItsGapIsBooked() throws Exception {
    Path segment;
    Path directory;
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      directory = queue.directory;
      queue.appendToSegment(0).appendToSegment(1);
      segment = directory.resolve(QueueLayout.segmentName(0));
    }
    try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 3);
    }
    try (Drain drain = ledger.drain(queues, settings(ROOMY))) {
      drain.drainAll();
      drainedTwoDaysAgo();
      drain.drainAll();
    }

    assertThat(directory).doesNotExist();
    assertThat(ledger.query("SELECT kind FROM token_ledger_gaps")).containsExactly("torn");
  }

  private Path drainedSource(String name) throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, name)) {
      queue.append(0);
      return queue.directory;
    }
  }

  private DrainSettings settings(long maxBytes) {
    return new DrainSettings(
        queues, DAY, maxBytes, true, Duration.ofSeconds(5), Duration.ofDays(30));
  }

  private DrainSettings settings(long maxBytes, long directoryMaxBytes) {
    return new DrainSettings(
        queues, DAY, maxBytes, directoryMaxBytes, true, Duration.ofSeconds(5), Duration.ofDays(30));
  }

  private DrainSummary drain(long maxBytes) {
    try (Drain drain = ledger.drain(queues, settings(maxBytes))) {
      return drain.drainAll();
    }
  }

  private void drainedTwoDaysAgo() throws Exception {
    assertThat(
            ledger.query(
                "UPDATE token_ledger_sources SET drained_at = now() - interval '2 days'"
                    + " WHERE drained_at IS NOT NULL RETURNING 1"))
        .hasSize(1);
  }

  private static FileChannel lockFile(Path directory) throws Exception {
    return FileChannel.open(directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
  }

  private static long bytes(Path directory) throws Exception {
    long bytes = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static List<Path> cycles(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
    }
  }
}
