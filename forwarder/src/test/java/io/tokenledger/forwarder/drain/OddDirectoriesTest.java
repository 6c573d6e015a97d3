package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Directories and files that are not as an agent leaves them hold up no other, and hide nothing.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddDirectoriesTest {
  private Path base;
  private Path queues;
  private Ledger ledger;

  @BeforeAll
  void open(PostgresSettings settings) {
    ledger = new Ledger(settings);
  }

  @BeforeEach
  void clear(@TempDir Path base) throws Exception {
    this.base = base;
    queues = Files.createDirectory(base.resolve("queue"));
    try (Connection connection = ledger.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE token_ledger.token_ledger_events, token_ledger.token_ledger_sources,"
              + " token_ledger.token_ledger_gaps, token_ledger.token_ledger_dead_letters");
    }
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  /** All sources are registered in one statement. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"service\":\"a\\u0000b\"",
        "\"service\":\"half \\ud800\"",
        "\"host\":\"\\udc00\\u0000\",\"extra\":{\"\\u0000\":\"\\ud800\"}",
        "\"clients\":{\"okhttp\":\"\\u0000\",\"\\u0000\":5}",
        "\"clients\":\"none\"",
        "\"started_at\":\"+1000000000-12-31T23:59:59.999999999Z\"",
        "\"started_at\":\"-1000000000-01-01T00:00:00Z\"",
        "\"started_at\":\"-0001-01-01T00:00:00Z\"",
        "\"pid\":1e300,\"agent_version\":{},\"environment\":[]",
        "\"pid\":99999999999999999999"
      })
  void anOddDescriptionHoldsUpNobody(String fields) throws Exception {
    try (QueueFixture odd = new QueueFixture(queues, "odd");
        QueueFixture other = new QueueFixture(queues, "other")) {
      odd.append(0);
      other.append(0);
      describe(odd.directory, "{\"source_id\":\"" + odd.sourceId + "\"," + fields + "}");

      DrainSummary summary = ledger.drainAll(queues);

      assertThat(summary.notices()).isEmpty();
      assertThat(summary.events()).isEqualTo(2);
    }
  }

  @Test
  void whatIsNoSourceIsPassedBy() throws Exception {
    append("shop-1", 0, 3).close();
    Files.writeString(queues.resolve("a-file"), "text");
    Files.createDirectories(queues.resolve("empty"));
    Files.createDirectories(queues.resolve("deep/er/est"));
    Files.createSymbolicLink(queues.resolve("dangling"), base.resolve("nowhere"));
    Files.createSymbolicLink(queues.resolve("circle"), queues.resolve("circle"));
    Files.createSymbolicLink(queues.resolve("to-a-file"), queues.resolve("a-file"));
    Files.createDirectories(queues.resolve("described/" + QueueLayout.SOURCE_FILE));
    Path huge = Files.createDirectories(queues.resolve("huge")).resolve(QueueLayout.SOURCE_FILE);
    try (FileChannel file =
        FileChannel.open(huge, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.wrap(new byte[] {1}), 4L << 30); // sparse
    }

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.events()).isEqualTo(3);
    assertThat(summary.notices()).anyMatch(notice -> notice.contains("huge"));
  }

  @Test
  void aDirectoryBehindALinkIsASourceAndNothingElseIsDeletedWithIt() throws Exception {
    Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
    try (QueueFixture queue = new QueueFixture(elsewhere, "shop-1")) {
      queue.append(0).append(1);
    }
    Path neighbour = Files.writeString(elsewhere.resolve("neighbour"), "stays");
    Files.createSymbolicLink(queues.resolve("shop-1"), elsewhere.resolve("shop-1"));

    assertThat(drainAndDelete().events()).isEqualTo(2);

    assertThat(queues.resolve("shop-1")).doesNotExist();
    assertThat(neighbour).exists();
  }

  /**
   * By name they come after the cycle that is written, and who went on there would never return.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "zzz.cq4",
        "copy of 20261120-1200.cq4",
        "99999999-9999 (2).cq4",
        "99999999-9999.old.cq4",
        "99999999-9999.cq4.cq4",
        "metadata.cq4",
        ".cq4"
      })
  void aFileThatOnlyLooksLikeACycleIsNotRead(String name) throws Exception {
    try (QueueFixture queue = append("shop-1", 0, 3);
        FileLock lock = lock(queue);
        Drain drain = ledger.drain(queues)) {
      assertThat(lock.isValid()).isTrue();
      Files.copy(cycle(queue.directory), queue.directory.resolve(name));
      drain.drainAll();

      queue.append(3).append(4);
      drain.drainAll();

      assertThat(ledger.seqs()).containsExactly("0", "1", "2", "3", "4");
      assertThat(ledger.query("SELECT count(*) FROM token_ledger_dead_letters"))
          .containsExactly("0");
    }
  }

  @Test
  void twoDirectoriesThatChangeNamesAreReadOnEachAsItself() throws Exception {
    try (QueueFixture one = append("one", 0, 3);
        QueueFixture two = append("two", 0, 4);
        FileLock first = lock(one);
        FileLock second = lock(two);
        Drain drain = ledger.drain(queues)) {
      assertThat(first.isValid() && second.isValid()).isTrue();
      drain.drainAll();
      move("one", "middle");
      move("two", "one");
      move("middle", "two");
      LongStream.range(3, 6).forEach(one::append);
      LongStream.range(4, 9).forEach(two::append);

      drain.drainAll();
      drain.drainAll();

      assertThat(rowsOf(one.sourceId)).isEqualTo("6 6");
      assertThat(rowsOf(two.sourceId)).isEqualTo("9 9");
      assertThat(ledger.query("SELECT count(*) FROM token_ledger_dead_letters"))
          .containsExactly("0");
      assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("0");
    }
  }

  @Test
  void aDirectoryThatTakesTheNameOfAFinishedOneIsReadAndNotDeletedForIt() throws Exception {
    append("shop-1", 0, 3).close();
    Path kept = base.resolve("kept");
    try (QueueFixture other = new QueueFixture(base, "other");
        Drain drain = ledger.drain(queues)) {
      other.append(0).append(1);
      drain.drainAll();
      move(queues.resolve("shop-1"), kept);
      move(other.directory, queues.resolve("shop-1"));

      drain.drainAll();

      assertThat(rowsOf(other.sourceId)).isEqualTo("2 2");
    }
  }

  @Test
  void aDirectoryWhoseReaderFindsRecordsOfAnotherSourceTakesNone() throws Exception {
    try (QueueFixture one = append("one", 0, 3);
        QueueFixture two = append("two", 0, 5)) {
      SourceDirectory directory =
          new SourceDiscovery(queues, notice -> {})
              .scan().stream()
                  .filter(each -> each.source().sourceId().equals(one.sourceId))
                  .findFirst()
                  .orElseThrow();
      deleteAll(one.directory);
      move(two.directory, one.directory);

      try (SourceReader reader = reader(directory)) {
        assertThatThrownBy(() -> reader.pull(10, Long.MAX_VALUE, pulled -> {}))
            .isInstanceOf(ReplacedSourceException.class);
      }
    }
  }

  @Test
  void goesOnWithADirectoryWhoseDescriptionIsLost() throws Exception {
    try (QueueFixture queue = append("shop-1", 0, 3);
        FileLock lock = lock(queue);
        Drain drain = ledger.drain(queues)) {
      assertThat(lock.isValid()).isTrue();
      drain.drainAll();
      Files.delete(queue.directory.resolve(QueueLayout.SOURCE_FILE));
      queue.nextCycle().append(3);

      drain.drainAll();

      assertThat(ledger.seqs()).containsExactly("0", "1", "2", "3");
    }
  }

  @Test
  void aCycleThatIsCutIsReadOnAsFarAsItGoesAndTheRestIsAGap() throws Exception {
    try (QueueFixture queue = append("shop-1", 0, 20)) {
      Path first = cycle(queue.directory);
      queue.nextCycle().append(20).append(21);
      try (FileChannel file = FileChannel.open(first, StandardOpenOption.WRITE)) {
        file.truncate(132_000);
      }
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT (SELECT count(*) FROM token_ledger_events)"
                    + " + (SELECT coalesce(sum(missing), 0) FROM token_ledger_gaps)"
                    + " + (SELECT count(*) FROM token_ledger_dead_letters)"))
        .containsExactly("22");
    assertThat(ledger.seqs()).contains("0", "20", "21");
  }

  @Test
  void aCycleThatIsCutBelowWhatWasReadAddsNothingAndHidesNothing() throws Exception {
    try (QueueFixture queue = append("shop-1", 0, 20);
        FileLock lock = lock(queue);
        Drain drain = ledger.drain(queues)) {
      assertThat(lock.isValid()).isTrue();
      drain.drainAll();
      try (FileChannel file = FileChannel.open(cycle(queue.directory), StandardOpenOption.WRITE)) {
        file.truncate(132_000);
      }
      drain.drainAll();
      queue.nextCycle().append(20);

      drain.drainAll();
    }
    assertThat(ledger.seqs()).hasSize(21);
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("0");
  }

  private DrainSummary drainAndDelete() {
    DrainSettings settings = new DrainSettings(queues, Duration.ZERO, true, Duration.ofSeconds(5));
    try (Drain drain = ledger.drain(queues, settings)) {
      return drain.drainAll();
    }
  }

  private QueueFixture append(String name, long from, long to) throws IOException {
    QueueFixture queue = new QueueFixture(queues, name);
    LongStream.range(from, to).forEach(queue::append);
    return queue;
  }

  private static FileLock lock(QueueFixture queue) throws IOException {
    return FileChannel.open(
            queue.directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE)
        .lock();
  }

  private static Path cycle(Path directory) throws IOException {
    return directory.resolve(FileNames.list(directory, QueueLayout::isCycle).first());
  }

  private void move(String from, String to) throws IOException {
    move(queues.resolve(from), queues.resolve(to));
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void describe(Path directory, String json) throws IOException {
    Files.writeString(directory.resolve(QueueLayout.SOURCE_FILE), json);
  }

  private static SourceReader reader(SourceDirectory directory) {
    return new SourceReader(
        directory,
        new io.tokenledger.forwarder.store.Lease(
            directory.source().sourceId(), io.tokenledger.forwarder.store.ReadPosition.START, 0),
        new FileWindow());
  }

  private String rowsOf(UUID source) throws Exception {
    return ledger
        .query(
            "SELECT concat_ws(' ', count(*), count(DISTINCT source_seq)) FROM token_ledger_events"
                + " WHERE source_id = '"
                + source
                + "'")
        .get(0);
  }

  private static void deleteAll(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
