package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.QueueLayout;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever breaks and whoever else drains: each record is one row. */
@ExtendWith(PostgresExtension.class)
class ExactlyOnceTest {
  private static final int RECORDS = 7_000;

  @TempDir Path queues;
  private PostgresSettings settings;
  private Ledger ledger;

  @BeforeEach
  void open(PostgresSettings settings) {
    this.settings = settings;
    ledger = new Ledger(settings);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO token_ledger.token_ledger_sources | false",
        "SET position | false",
        "SET position | true",
        "ensure_partition | true",
        "COPY token_ledger | false",
        "COPY token_ledger | true",
        "INSERT INTO token_ledger.token_ledger_daily | false",
        "INSERT INTO token_ledger.token_ledger_daily | true",
        "COMMIT | false"
      })
  void aBreakBeforeTheCommitLosesAndDoublesNothing(String statement, boolean afterwards)
      throws Exception {
    write("shop-1", RECORDS);
    try (CuttingProxy proxy = new CuttingProxy(settings);
        Database database = Database.open(proxy.settings());
        Drain drain = drain(database, Duration.ofSeconds(1))) {
      proxy.cutAt(statement, afterwards);
      try {
        drain.drainAll();
      } catch (StoreException broken) {
        assertThat(broken).hasMessageContaining("cannot be reached");
      }
      assertThat(proxy.hasCut()).isTrue();
    }

    ledger.drainAll(queues);

    assertEachRecordIsOneRow(RECORDS);
  }

  @Test
  void aLostAnswerToTheCommitIsLookedUpAndTheDrainGoesOn() throws Exception {
    write("shop-1", RECORDS);
    DrainSummary summary;
    try (CuttingProxy proxy = new CuttingProxy(settings);
        Database database = Database.open(proxy.settings());
        Drain drain = drain(database, Duration.ofSeconds(5))) {
      proxy.cutAt("COMMIT", true);
      summary = drain.drainAll();
      assertThat(proxy.hasCut()).isTrue();
    }

    assertThat(summary.events()).isEqualTo(RECORDS);
    assertEachRecordIsOneRow(RECORDS);
  }

  @Test
  void twoDrainsOfOneDirectoryShareTheWorkWithoutOverlap() throws Exception {
    for (int source = 0; source < 4; source++) {
      write("shop-" + source, RECORDS / 4);
    }

    List<DrainSummary> summaries = atOnce(Duration.ofSeconds(10));

    assertThat(summaries.stream().mapToLong(DrainSummary::events).sum()).isEqualTo(RECORDS);
    assertEachRecordIsOneRow(RECORDS);
  }

  @Test
  void twoDrainsThatBothThinkTheyHoldTheLeaseAreFenced() throws Exception {
    for (int source = 0; source < 4; source++) {
      write("shop-" + source, RECORDS / 4);
    }

    atOnce(Duration.ZERO);
    ledger.drainAll(queues);

    assertEachRecordIsOneRow(RECORDS);
  }

  @Test
  void followsALiveQueueThroughAnOutageAndDrainsTheRestWhenStopped() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        FileChannel channel =
            FileChannel.open(
                queue.directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
        var lock = channel.lock();
        CuttingProxy proxy = new CuttingProxy(settings);
        Database database = Database.open(proxy.settings())) {
      assertThat(lock.isValid()).isTrue();
      List<String> notices = new CopyOnWriteArrayList<>();
      Drain drain = new Drain(database, Ledger.ONE_CENT, drainSettings(), notices::add);
      CompletableFuture<DrainSummary> following = CompletableFuture.supplyAsync(drain::follow);
      queue.append(0);
      awaitRows(1);

      proxy.refuse(true);
      queue.append(1).nextCycle().append(2);
      await(() -> notices.stream().anyMatch(notice -> notice.contains("cannot be reached")));
      proxy.refuse(false);
      awaitRows(3);

      queue.append(3);
      drain.stop();
      DrainSummary summary = following.get(30, TimeUnit.SECONDS);
      drain.close();

      assertThat(summary.events()).isEqualTo(4);
      assertThat(summary.undrained()).isZero();
    }
    assertEachRecordIsOneRow(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET position | false",
        "COPY token_ledger | false",
        "COPY token_ledger | true",
        "INSERT INTO token_ledger.token_ledger_daily | false",
        "COMMIT | false",
        "COMMIT | true"
      })
  void aServerThatFallsSilentIsGivenUpAndNothingIsLostOrDoubled(
      String statement, boolean afterwards) throws Exception {
    write("shop-1", RECORDS);
    List<String> notices = new CopyOnWriteArrayList<>();
    try (CuttingProxy proxy = new CuttingProxy(settings);
        Database database =
            Database.openToDrain(
                new PostgresSettings(
                    proxy.settings().url() + "?socketTimeout=1",
                    settings.user(),
                    settings.password()));
        Drain drain = new Drain(database, Ledger.ONE_CENT, drainSettings(), notices::add)) {
      proxy.fallSilentAt(statement, afterwards);
      CompletableFuture<DrainSummary> following = CompletableFuture.supplyAsync(drain::follow);
      await(proxy::hasCut);
      await(
          () ->
              notices.stream().anyMatch(notice -> notice.contains("cannot be reached"))
                  || ledger.seqs().size() == RECORDS);
      proxy.endLost(); // a minute later the server finds out too
      awaitRows(RECORDS);
      drain.stop();
      following.get(30, TimeUnit.SECONDS);
    }
    assertEachRecordIsOneRow(RECORDS);
  }

  private List<DrainSummary> atOnce(Duration lease) throws Exception {
    try (Database other = Database.open(settings);
        Drain one = drain(ledger.database, lease);
        Drain two = drain(other, lease)) {
      CompletableFuture<DrainSummary> first = CompletableFuture.supplyAsync(one::drainAll);
      CompletableFuture<DrainSummary> second = CompletableFuture.supplyAsync(two::drainAll);
      return List.of(first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS));
    }
  }

  private Drain drain(Database database, Duration lease) {
    return new Drain(
        database, Ledger.ONE_CENT, drainSettings(), notice -> {}, DrainObserver.NONE, lease);
  }

  private DrainSettings drainSettings() {
    return new DrainSettings(queues, Duration.ofHours(1), false, Duration.ofSeconds(10));
  }

  private void write(String name, int records) throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, name)) {
      LongStream.range(0, records).forEach(queue::append);
    }
  }

  private void assertEachRecordIsOneRow(int records) throws Exception {
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', count(*), count(DISTINCT (source_id, source_seq)), sum(cost_usd))"
                    + " FROM token_ledger_events"))
        .containsExactly(records + " " + records + " " + BigDecimal.valueOf(records, 2));
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily"))
        .containsExactly(String.valueOf(records));
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("0");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void awaitRows(int rows) throws Exception {
    await(() -> ledger.seqs().size() == rows);
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
