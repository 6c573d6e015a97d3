package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What can go wrong with either of two transactions that are under way at a time, at each of their
 * steps: the first is held at its commit, the second has sent its rows and waits for it.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverlapFailuresTest {
  /** Three batches, of which two are under way at a time. */
  private static final int RECORDS = 12_000;

  private static final int IN_THE_FIRST = 100;
  private static final int IN_THE_SECOND = 7_000;

  private static final String FORWARDERS =
      "FROM pg_stat_activity WHERE application_name = 'tokenledger-forwarder'"
          + " AND datname = current_database() AND xact_start IS NOT NULL";

  private static final String FIRST = FORWARDERS + " AND wait_event = 'advisory'";
  private static final String SECOND =
      FORWARDERS + " AND state = 'idle in transaction' AND query LIKE 'COPY%'";

  private PostgresSettings settings;
  private Ledger ledger;
  private Path queues;
  private Connection holding;

  @BeforeAll
  void open(PostgresSettings settings) throws SQLException {
    this.settings = settings;
    ledger = new Ledger(settings);
    execute("SELECT token_ledger.ensure_partition('2026-11-20')");
    execute(
        """
        CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock(17);
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER waiting AFTER INSERT ON token_ledger.token_ledger_events_2026_11
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.provider = 'waits')
          EXECUTE FUNCTION public.wait();
        CREATE SEQUENCE public.failures;
        CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF nextval('public.failures') <= TG_ARGV[1]::int THEN
            RAISE EXCEPTION 'failed by the test' USING ERRCODE = TG_ARGV[0];
          END IF;
          RETURN NEW;
        END $$;
        CREATE SEQUENCE public.advances;
        CREATE FUNCTION public.hold_advance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF current_setting('application_name') = 'tokenledger-forwarder'
             AND current_query() LIKE '%reads = reads + 1%' AND nextval('public.advances') = 2 THEN
            PERFORM pg_advisory_xact_lock(18);
          END IF;
          RETURN NULL;
        END $$;
        """);
  }

  @BeforeEach
  void hold(@TempDir Path queues) throws SQLException {
    this.queues = queues;
    execute(
        "TRUNCATE token_ledger.token_ledger_events, token_ledger.token_ledger_sources,"
            + " token_ledger.token_ledger_gaps, token_ledger.token_ledger_dead_letters,"
            + " token_ledger.token_ledger_daily, token_ledger.token_ledger_hourly,"
            + " token_ledger.token_ledger_seen;"
            + " ALTER SEQUENCE public.failures RESTART; ALTER SEQUENCE public.advances RESTART;"
            + " DROP TRIGGER IF EXISTS failing ON token_ledger.token_ledger_events_2026_11;"
            + " DROP TRIGGER IF EXISTS holding ON token_ledger.token_ledger_sources");
    holding = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    query("SELECT pg_advisory_lock(17)");
  }

  @AfterEach
  void letGo() throws SQLException {
    holding.close();
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  /** Which connections the server hangs up on, while it carries out or waits for which step. */
  @ParameterizedTest
  @ValueSource(strings = {FIRST, SECOND, FORWARDERS})
  void aConnectionDiesWithTwoUnderWay(String which) throws Exception {
    queue(OverlapFailuresTest::held);
    try (Drains drain = new Drains(ledger.database)) {
      awaitBoth();

      query("SELECT count(pg_terminate_backend(pid)) " + which);
      release();

      drain.awaitEnd();
      assertThat(drain.failures).allMatch(StoreException::isPassing);
    }
    assertEachRecordIsOneRow();
  }

  /** Only the connection that commits: the other one works and hears nothing of it. */
  @ParameterizedTest
  @CsvSource({"0, false", "0, true", "1, false", "1, true", "2, false", "2, true"})
  void theAnswerToOneCommitIsLost(int before, boolean afterwards) throws Exception {
    release();
    queue(seq -> QueueFixture.usage().build());
    try (CuttingProxy proxy = new CuttingProxy(settings);
        Database database = Database.open(proxy.settings())) {
      proxy.cutOneAt("COMMIT", afterwards, before);
      try (Drains drain = new Drains(database)) {
        drain.awaitEnd();
        assertThat(proxy.hasCut()).isTrue();
      }
    }
    assertEachRecordIsOneRow();
  }

  @ParameterizedTest
  @CsvSource({
    "COPY token_ledger, false",
    "COPY token_ledger, true",
    "SET position, false",
    "SET position, true",
    "ensure_partition, false",
    "ensure_partition, true",
    "INSERT INTO token_ledger.token_ledger_daily, false",
    "INSERT INTO token_ledger.token_ledger_daily, true",
    "tcp_keepalives_idle, false"
  })
  void theConnectionOfTheSecondBreaksAtAStep(String statement, boolean afterwards)
      throws Exception {
    release();
    queue(seq -> QueueFixture.usage().build());
    try (CuttingProxy proxy = new CuttingProxy(settings);
        Database database = Database.open(proxy.settings())) {
      proxy.cutOneAt(statement, afterwards, 1);
      try (Drains drain = new Drains(database)) {
        drain.awaitEnd();
        assertThat(proxy.hasCut()).isTrue();
      }
    }
    assertEachRecordIsOneRow();
  }

  @ParameterizedTest
  @CsvSource({
    "40001, 100", "40001, 7000", "40P01, 100", "40P01, 7000", "55P03, 100", "55P03, 7000",
    "57014, 100", "57014, 7000", "53100, 100", "53100, 7000", "25006, 7000", "08006, 7000"
  })
  void whatPassesSetsNothingAsideInWhicheverBatchItIs(String state, int seq) throws Exception {
    release();
    failing(state, seq, 2);
    queue(each -> QueueFixture.usage().build());
    try (Drains drain = new Drains(ledger.database)) {
      drain.awaitEnd();
    }
    assertEachRecordIsOneRow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"23514", "42501", "23505", "XX000", "P0001"})
  void whatDoesNotPassInTheSecondStopsThereWithTheFirstCommitted(String state) throws Exception {
    release();
    failing(state, IN_THE_SECOND, Integer.MAX_VALUE);
    queue(each -> QueueFixture.usage().build());

    try (Drains drain = new Drains(ledger.database)) {
      await("told", () -> !drain.failures.isEmpty());
      assertThat(drain.failures).noneMatch(StoreException::isPassing);
    }

    assertThat(
            ledger.query(
                "SELECT position = (SELECT count(*) FROM token_ledger_events) AND position > 0"
                    + " FROM token_ledger_sources"))
        .containsExactly("t");
    execute("DROP TRIGGER failing ON token_ledger.token_ledger_events_2026_11");
    ledger.drainAll(queues);
    assertEachRecordIsOneRow();
  }

  @Test
  void aRecordIsRefusedInTheSecondWhileTheFirstIsNotCommitted() throws Exception {
    failing("22003", IN_THE_SECOND, Integer.MAX_VALUE);
    queue(OverlapFailuresTest::held);
    try (Drains drain = new Drains(ledger.database)) {
      await("first", () -> query("SELECT count(*) = 1 " + FIRST).equals("t"));
      await(
          "second has ended",
          () ->
              query("SELECT last_value FROM public.failures").equals("1")
                  && query("SELECT count(*) = 1 " + FORWARDERS).equals("t"));
      assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_dead_letters"))
          .isEqualTo("0");

      release();

      drain.awaitEnd();
    }
    assertThat(ledger.query("SELECT source_seq FROM token_ledger_dead_letters"))
        .containsExactly(String.valueOf(IN_THE_SECOND));
    assertThat(ledger.query("SELECT count(DISTINCT source_seq) FROM token_ledger_events"))
        .containsExactly(String.valueOf(RECORDS - 1));
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily"))
        .containsExactly(String.valueOf(RECORDS - 1));
  }

  @Test
  void anotherForwarderTakesTheSourceBetweenTheTwo() throws Exception {
    execute(
        "CREATE TRIGGER holding BEFORE UPDATE ON token_ledger.token_ledger_sources"
            + " FOR EACH STATEMENT EXECUTE FUNCTION public.hold_advance()");
    query("SELECT pg_advisory_lock(18)");
    queue(OverlapFailuresTest::held);
    try (Drains drain = new Drains(ledger.database)) {
      awaitBoth();
      release();
      await("second is held", () -> query("SELECT count(*) = 1 " + FIRST).equals("t"));

      // As if the lease had run out, and another had read something meanwhile.
      query(
          "UPDATE token_ledger.token_ledger_sources SET reads = reads + 1,"
              + " lease_holder = 'another', lease_until = now() + interval '1 second'"
              + " RETURNING reads");
      query("SELECT pg_advisory_unlock(18)");

      drain.awaitEnd();
    }
    assertEachRecordIsOneRow();
  }

  @Test
  void theForwarderIsStoppedWithTwoUnderWay() throws Exception {
    queue(OverlapFailuresTest::held);
    DrainSummary summary;
    try (Drain drain = drain(ledger.database)) {
      CompletableFuture<DrainSummary> following = CompletableFuture.supplyAsync(drain::follow);
      await("first", () -> query("SELECT count(*) = 1 " + FIRST).equals("t"));

      drain.stop();
      release();
      summary = following.get(60, TimeUnit.SECONDS);
    }

    assertThat(summary.undrained()).isZero();
    assertThat(summary.events()).isEqualTo(RECORDS);
    assertEachRecordIsOneRow();
  }

  @Test
  void onlyTheSecondNeedsAMonthThatIsNotThere() throws Exception {
    Instant october = Instant.parse("2026-10-20T12:00:00Z");
    execute("DROP TABLE IF EXISTS token_ledger.token_ledger_events_2026_10");
    queue(
        seq ->
            seq < 5_000
                ? held(seq)
                : QueueFixture.usage().set(UsageField.TIMESTAMP, october).build());
    try (Drains drain = new Drains(ledger.database)) {
      awaitBoth();
      release();
      drain.awaitEnd();
    }
    assertEachRecordIsOneRow();
    assertThat(ledger.query("SELECT count(*) FROM token_ledger.token_ledger_events_2026_10"))
        .containsExactly(String.valueOf(RECORDS - 5_000));
  }

  @Test
  void bothNeedAMonthThatIsNotThere() throws Exception {
    Instant september = Instant.parse("2026-09-20T12:00:00Z");
    execute("DROP TABLE IF EXISTS token_ledger.token_ledger_events_2026_09");
    release();
    queue(seq -> QueueFixture.usage().set(UsageField.TIMESTAMP, september).build());
    try (Drains drain = new Drains(ledger.database)) {
      drain.awaitEnd();
      assertThat(drain.failures).isEmpty();
    }
    assertEachRecordIsOneRow();
  }

  private static UsageRecord held(long seq) {
    return seq == IN_THE_FIRST
        ? QueueFixture.usage().set(UsageField.PROVIDER, "waits").build()
        : QueueFixture.usage().build();
  }

  private void failing(String state, int seq, int times) throws SQLException {
    execute(
        "CREATE TRIGGER failing BEFORE INSERT ON token_ledger.token_ledger_events_2026_11"
            + " FOR EACH ROW WHEN (NEW.source_seq = "
            + seq
            + ") EXECUTE FUNCTION public.fail('"
            + state
            + "', '"
            + times
            + "')");
  }

  private void queue(LongFunction<UsageRecord> record) throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (long seq = 0; seq < RECORDS; seq++) {
        queue.append(seq, record.apply(seq));
      }
    }
  }

  private void awaitBoth() throws Exception {
    await(
        "both under way",
        () ->
            query("SELECT count(*) = 1 " + FIRST).equals("t")
                && query("SELECT count(*) = 1 " + SECOND).equals("t"));
  }

  private void release() throws SQLException {
    query("SELECT pg_advisory_unlock(17)");
  }

  private void assertEachRecordIsOneRow() throws SQLException {
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', count(*), count(DISTINCT source_seq), min(source_seq),"
                    + " max(source_seq)) FROM token_ledger_events"))
        .containsExactly(RECORDS + " " + RECORDS + " 0 " + (RECORDS - 1));
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily"))
        .containsExactly(String.valueOf(RECORDS));
    assertThat(ledger.query("SELECT position FROM token_ledger_sources"))
        .containsExactly(String.valueOf(RECORDS));
    assertThat(
            ledger.query(
                "SELECT (SELECT count(*) FROM token_ledger_gaps)"
                    + " + (SELECT count(*) FROM token_ledger_dead_letters)"))
        .containsExactly("0");
  }

  /**
   * Drains until all is drained, as who restarts a forwarder that failed, and keeps what it said.
   */
  private final class Drains implements AutoCloseable {
    final Queue<StoreException> failures = new ConcurrentLinkedQueue<>();
    private final Database database;
    private final CompletableFuture<Void> draining;
    private volatile boolean stopped;

    Drains(Database database) {
      this.database = database;
      this.draining = CompletableFuture.runAsync(this::run);
    }

    private void run() {
      while (!stopped) {
        try (Drain drain = drain(database)) {
          drain.drainAll();
          return;
        } catch (StoreException failure) {
          failures.add(failure);
          LockSupport.parkNanos(50_000_000);
        }
      }
    }

    void awaitEnd() throws Exception {
      draining.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
      stopped = true;
      awaitEnd();
    }
  }

  /** A lease that needs no renewal, which would wait for what is being written. */
  private Drain drain(Database database) {
    return new Drain(
        database,
        Ledger.ONE_CENT,
        new DrainSettings(queues, Duration.ofHours(24), true, Duration.ofSeconds(20)),
        notice -> {},
        DrainObserver.NONE,
        Duration.ofMinutes(5));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time: " + what).isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** On the connection that holds the locks: the pool's are taken. */
  private String query(String sql) throws SQLException {
    try (Statement statement = holding.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
