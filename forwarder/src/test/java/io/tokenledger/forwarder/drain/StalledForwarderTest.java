package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two forwarders stands still with a batch in its hands, for longer than its lease, and goes
 * on later: whatever happened meanwhile, each record is one row.
 */
@ExtendWith(PostgresExtension.class)
class StalledForwarderTest {
  private static final Duration LEASE = Duration.ofSeconds(1);

  @TempDir Path queues;
  private Ledger ledger;
  private Database second;
  private SegmentSource source;
  private final Stall stall = new Stall();
  private Drain one;
  private Drain other;
  private CompletableFuture<DrainSummary> oneFollows;
  private CompletableFuture<DrainSummary> otherFollows;

  /** Where the batch is made, before its transaction begins. */
  private static final class Stall implements PriceSource {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch over = new CountDownLatch(1);

    @Override
    public Pricer current(Connection connection) throws SQLException {
      return Ledger.ONE_CENT.current(connection);
    }

    @Override
    public Pricer latest() {
      reached.countDown();
      try {
        over.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Ledger.ONE_CENT.latest();
    }
  }

  @BeforeEach
  void stallTheFirst(PostgresSettings settings) throws Exception {
    ledger = new Ledger(settings);
    second = Database.open(settings);
    source = new SegmentSource(queues, "shop", true).append(10);
    one = drain(ledger.database, stall);
    other = drain(second, Ledger.ONE_CENT);
    oneFollows = CompletableFuture.supplyAsync(one::follow);
    assertThat(stall.reached.await(30, TimeUnit.SECONDS)).isTrue();
    otherFollows = CompletableFuture.supplyAsync(other::follow);
  }

  @AfterEach
  void close() throws Exception {
    stall.over.countDown();
    one.stop();
    other.stop();
    oneFollows.get(30, TimeUnit.SECONDS);
    otherFollows.get(30, TimeUnit.SECONDS);
    one.close();
    other.close();
    second.close();
    source.close();
    ledger.close();
  }

  @Test
  void whileTheOtherTakesOverAndTheProcessLivesOn() throws Exception {
    await("SELECT count(*) FROM token_ledger_events", "10");

    stall.over.countDown();
    source.append(5);

    await("SELECT count(*) FROM token_ledger_events", "15");
    assertEachRecordIsOneRow(15);
  }

  @Test
  void whileTheOtherTakesOverAndClosesTheBooks() throws Exception {
    source.append(5).close();
    await("SELECT count(*) FROM token_ledger_sources WHERE drained_at IS NOT NULL", "1");

    stall.over.countDown();

    await("SELECT count(*) FROM token_ledger_sources WHERE lease_holder IS NULL", "1");
    assertEachRecordIsOneRow(15);
  }

  @Test
  void andTheProcessEndsOnceBothGoOn() throws Exception {
    await("SELECT count(*) FROM token_ledger_events", "10");
    stall.over.countDown();
    source.append(7).close();

    await("SELECT count(*) FROM token_ledger_sources WHERE drained_at IS NOT NULL", "1");
    assertEachRecordIsOneRow(17);
  }

  private Drain drain(Database database, PriceSource prices) {
    return new Drain(
        database,
        prices,
        new DrainSettings(queues, Duration.ofHours(1), true, Duration.ofSeconds(10)),
        notice -> {},
        DrainObserver.NONE,
        LEASE);
  }

  private void assertEachRecordIsOneRow(int records) throws SQLException {
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', count(*), count(DISTINCT source_seq), max(source_seq) + 1)"
                    + " FROM token_ledger_events"))
        .containsExactly(records + " " + records + " " + records);
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily_sums"))
        .containsExactly(String.valueOf(records));
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_gaps")).containsExactly("0");
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_dead_letters")).containsExactly("0");
  }

  private void await(String query, String wanted) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!ledger.query(query).contains(wanted)) {
      assertThat(System.nanoTime())
          .as("%s in time: %s", query, ledger.query(query))
          .isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
