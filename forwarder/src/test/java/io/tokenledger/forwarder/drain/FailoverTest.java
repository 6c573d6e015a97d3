package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresServer;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.QueueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary with a standby that follows it: the primary dies, the standby is promoted. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailoverTest {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final Queue<StoreException> failures = new ConcurrentLinkedQueue<>();

  @Test
  void goesOnWithTheStandbyOnceItIsThePrimaryAndWritesEachRecordOnce() throws Exception {
    Path queues = directory.resolve("queues");
    try (PostgresServer primary =
            PostgresServer.start(directory.resolve("primary"), PostgresServer.newest());
        Ledger migrated = new Ledger(primary.settings());
        QueueFixture queue = new QueueFixture(queues, "shop-20261120T110000Z-0a1b2c3d");
        FileChannel lockFile =
            FileChannel.open(
                queue.directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
        FileLock live = lockFile.lock()) {
      assertThat(live.isValid()).isTrue();
      migrated.close();
      // What is committed must be on both, or the failover itself loses it.
      primary.configure("synchronous_standby_names = '*'");
      try (PostgresServer standby = primary.standby(directory.resolve("standby"));
          Database database = Database.open(both(primary, standby));
          Drain drain = drain(database, queues)) {
        CompletableFuture<DrainSummary> following = CompletableFuture.supplyAsync(drain::follow);
        queue.append(0).append(1);
        await(() -> count(standby) == 2);

        primary.stop();
        queue.append(2).append(3);
        await(() -> !failures.isEmpty());
        promote(standby);
        await(() -> count(standby) == 4);

        drain.stop();
        following.get(60, TimeUnit.SECONDS);
        assertThat(failures).allMatch(StoreException::isPassing);
      }
    }
  }

  @Test
  void waitsForAStandbyToBecomeThePrimaryAndTakesItsRefusalForNoPoison() throws Exception {
    Path queues = directory.resolve("queues");
    try (PostgresServer primary =
            PostgresServer.start(directory.resolve("primary"), PostgresServer.newest());
        Ledger migrated = new Ledger(primary.settings());
        QueueFixture queue = new QueueFixture(queues, "shop-20261120T110000Z-0a1b2c3d")) {
      migrated.close();
      try (PostgresServer standby = primary.standby(directory.resolve("standby"));
          Database database = Database.open(standby.settings());
          Drain drain = drain(database, queues)) {
        queue.append(0).append(1);
        CompletableFuture<DrainSummary> following = CompletableFuture.supplyAsync(drain::follow);
        await(() -> !failures.isEmpty());

        primary.stop();
        promote(standby);
        await(() -> count(standby) == 2);

        drain.stop();
        assertThat(following.get(60, TimeUnit.SECONDS).deadLetters()).isZero();
        assertThat(failures)
            .allMatch(StoreException::isPassing)
            .anyMatch(
                failure ->
                    failure.getMessage().contains("is read-only")
                        && failure.getMessage().contains("targetServerType=primary"));
      }
    }
  }

  private Drain drain(Database database, Path queues) {
    return new Drain(
        database,
        Ledger.ONE_CENT,
        new DrainSettings(queues, Duration.ofHours(24), true, Duration.ofSeconds(5)),
        notice -> {},
        new DrainObserver() {
          @Override
          public void failed(StoreException failure) {
            failures.add(failure);
          }
        });
  }

  private static PostgresSettings both(PostgresServer primary, PostgresServer standby) {
    PostgresSettings settings = primary.settings();
    return new PostgresSettings(
        "jdbc:postgresql://127.0.0.1:"
            + primary.port()
            + ",127.0.0.1:"
            + standby.port()
            + "/ledger?targetServerType=primary&hostRecheckSeconds=1",
        settings.user(),
        settings.password());
  }

  private static void promote(PostgresServer standby) throws SQLException {
    ask(standby, "SELECT pg_promote()");
  }

  private static long count(PostgresServer server) {
    try {
      return Long.parseLong(
          ask(
              server,
              "SELECT count(DISTINCT source_seq) + 1000 * (count(*) - count(DISTINCT source_seq))"
                  + " FROM token_ledger.token_ledger_events"));
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String ask(PostgresServer server, String sql) throws SQLException {
    PostgresSettings settings = server.settings();
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
