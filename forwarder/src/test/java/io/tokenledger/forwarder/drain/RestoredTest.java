package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.EmbeddedPostgres;
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
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server set back to a copy of its data directory, and queue directories set back, copied
 * and renamed: nothing twice, nothing lost that is still on disk, and what is gone is a gap.
 */
class RestoredTest {
  @TempDir static Path home;
  @TempDir Path directory;
  private Path queues;
  private EmbeddedPostgres server;
  private Ledger ledger;

  @BeforeEach
  void start() throws Exception {
    queues = Files.createDirectories(directory.resolve("queue"));
    server = EmbeddedPostgres.open(home.resolve("postgres"));
    try (Database database = Database.open(server.settings());
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS token_ledger CASCADE");
    }
    ledger = new Ledger(server.settings());
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @AfterAll
  static void stop() {
    EmbeddedPostgres.open(home.resolve("postgres")).close();
  }

  @Test
  void aLedgerThatIsOlderThanItsQueuesIsCaughtUpWhileTheFilesAreKept() throws Exception {
    append("ended", 0, 4).close();
    try (QueueFixture live = append("live", 0, 3);
        FileChannel channel = lockFile(live.directory);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      drainAll();
      keepBase();
      LongStream.range(3, 10).forEach(live::append);
      append("later", 0, 5).close();
      drainAll();
      assertThat(rows()).isEqualTo("19 19 19 0");

      restoreBase();

      assertThat(rows()).isEqualTo("7 7 7 0");
      assertThat(drainAll().events()).isEqualTo(12);
      live.append(10);
      assertThat(drainAll().events()).isEqualTo(1);
    }
    assertThat(rows()).isEqualTo("20 20 20 0");
  }

  @Test
  void whatWasDeletedSinceIsAGapOfItsRecordsAndAnAlarm() throws Exception {
    try (QueueFixture live = append("live", 0, 3);
        FileChannel channel = lockFile(live.directory);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      drainAll();
      keepBase();
      live.nextCycle().append(3).append(4).append(5).nextCycle().append(6).append(7).append(8);
      live.nextCycle().append(9);
      drainAll();
      deleteAllButTheLastCycle(live.directory);

      restoreBase();
      DrainSummary summary = drainAll();

      assertThat(summary.notices())
          .anyMatch(notice -> notice.startsWith("ALARM: source " + live.sourceId + " lost 6"));
    }
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', kind, missing, first_seq, last_seq) FROM token_ledger.token_ledger_gaps"))
        .containsExactly("lost 6 3 8");
    assertThat(rows()).isEqualTo("4 4 4 1");
  }

  @Test
  void aLedgerThatIsNewerThanItsQueuesGetsNothingTwice() throws Exception {
    QueueFixture queue = append("shop-1", 0, 4);
    queue.close();
    Path older = directory.resolve("older");
    copy(queue.directory, older);
    QueueFixture again = append("shop-2", 0, 1);
    again.close();
    drainAll();
    deleteAll(queue.directory);
    copy(older, queue.directory);
    deleteAll(again.directory);

    DrainSummary summary = drainAll();

    assertThat(summary.events()).isZero();
    assertThat(summary.gaps()).isZero();
    assertThat(rows()).isEqualTo("5 5 5 0");
  }

  @Test
  void aQueueThatWasSetBackAddsOnlyWhatTheLedgerLacks() throws Exception {
    Path half = directory.resolve("half");
    try (QueueFixture queue = append("shop-1", 0, 4)) {
      copy(queue.directory, half);
      queue.append(4).append(5);
      drainAll();
    }
    deleteAll(queues.resolve("shop-1"));
    copy(half, queues.resolve("shop-1"));

    assertThat(drainAll().events()).isZero();
    assertThat(rows()).isEqualTo("6 6 6 0");
  }

  @Test
  void ofTwoCopiesOfADirectoryEachRecordIsTakenOnceWhicheverHasMore() throws Exception {
    try (QueueFixture queue = append("m", 0, 3)) {
      copy(queue.directory, queues.resolve("z-older-copy"));
      copy(queue.directory, queues.resolve("a-older-copy"));
      queue.append(3).append(4).append(5);
    }

    drainAll();

    assertThat(rows()).isEqualTo("6 6 6 0");
    assertThat(drainAll().events()).isZero();
    assertThat(ledger.query("SELECT count(*) FROM token_ledger.token_ledger_sources"))
        .containsExactly("1");
  }

  @Test
  void aDirectoryThatIsRenamedWhileItIsReadIsReadOnUnderItsNewName() throws Exception {
    try (QueueFixture queue = append("before", 0, 3);
        FileChannel channel = lockFile(queue.directory);
        FileLock lock = channel.lock();
        Drain drain = ledger.drain(queues)) {
      assertThat(lock.isValid()).isTrue();
      drain.drainAll();
      Files.move(queue.directory, queues.resolve("after"));
      queue.append(3);

      drain.drainAll();
      drain.drainAll();

      assertThat(rows()).isEqualTo("4 4 4 0");
      assertThat(ledger.query("SELECT directory FROM token_ledger.token_ledger_sources"))
          .containsExactly("after");
    }
  }

  /** Rows, different records, calls in the daily rollup, gaps. */
  private String rows() throws Exception {
    return ledger
        .query(
            """
            SELECT concat_ws(' ', count(*), count(DISTINCT (source_id, source_seq)),
              (SELECT COALESCE(sum(calls), 0) FROM token_ledger.token_ledger_daily),
              (SELECT count(*) FROM token_ledger.token_ledger_gaps))
            FROM token_ledger.token_ledger_events
            """)
        .get(0);
  }

  private DrainSummary drainAll() {
    try (Drain drain =
        ledger.drain(
            queues, new DrainSettings(queues, Duration.ofHours(24), true, Duration.ofSeconds(5)))) {
      return drain.drainAll();
    }
  }

  private QueueFixture append(String name, long from, long to) throws IOException {
    QueueFixture queue = new QueueFixture(queues, name);
    LongStream.range(from, to).forEach(queue::append);
    return queue;
  }

  /** A copy of the data directory of a server that is stopped: a base backup in short. */
  private void keepBase() throws IOException {
    setAside(() -> copy(data(), base()));
  }

  private void restoreBase() throws IOException {
    setAside(
        () -> {
          deleteAll(data());
          copy(base(), data());
        });
  }

  private interface Step {
    void run() throws IOException;
  }

  private void setAside(Step step) throws IOException {
    ledger.close();
    server.close();
    step.run();
    server = EmbeddedPostgres.open(home.resolve("postgres"));
    ledger = new Ledger(server.settings());
  }

  private Path data() {
    return home.resolve("postgres/18/data");
  }

  private Path base() {
    return directory.resolve("base");
  }

  private static void deleteAllButTheLastCycle(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> cycles =
          files
              .filter(file -> file.toString().endsWith(QueueLayout.CYCLE_SUFFIX))
              .sorted()
              .toList();
      for (Path cycle : cycles.subList(0, cycles.size() - 1)) {
        Files.delete(cycle);
      }
    }
  }

  private static FileChannel lockFile(Path directory) throws IOException {
    return FileChannel.open(directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
