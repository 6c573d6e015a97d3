package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two transactions are under way at a time, the second as if it came after the first. */
@ExtendWith(PostgresExtension.class)
class OverlappingBatchesTest {
  /** The first batch, and more than one behind it. */
  private static final int RECORDS = 16_000;

  private static final int IN_THE_FIRST = 100;
  private static final int IN_THE_SECOND = 7_000;

  /** A row of that provider has its transaction wait at its commit for whoever holds lock 17. */
  private static final String WAITING_COMMIT =
      """
      CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(17);
        RETURN NULL;
      END $$;
      CREATE FUNCTION public.wait_before() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(17);
        RETURN NEW;
      END $$;
      CREATE CONSTRAINT TRIGGER waiting AFTER INSERT ON token_ledger.token_ledger_events_2026_11
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.provider = 'waits')
        EXECUTE FUNCTION public.wait();
      """;

  /** A row of that provider waits itself, and all that are sent behind it. */
  private static final String WAITING_ROW =
      """
      CREATE TRIGGER stopping BEFORE INSERT ON token_ledger.token_ledger_events_2026_11
        FOR EACH ROW WHEN (NEW.provider = 'stops') EXECUTE FUNCTION public.wait_before();
      """;

  private static final String IN_TRANSACTION =
      "FROM pg_stat_activity WHERE application_name = 'tokenledger-forwarder'"
          + " AND datname = current_database() AND pid <> pg_backend_pid()"
          + " AND xact_start IS NOT NULL";

  @TempDir Path queues;
  private Ledger ledger;
  private Connection holding;

  @BeforeEach
  void open(PostgresSettings settings) throws SQLException {
    ledger = new Ledger(settings);
    execute("SELECT token_ledger.ensure_partition('2026-11-20')");
    execute(WAITING_COMMIT);
    holding = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    try (Statement statement = holding.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(17)");
    }
  }

  @AfterEach
  void close() throws SQLException {
    holding.close();
    ledger.close();
  }

  @Test
  void theNextBatchIsReadAndWrittenWhileOneIsCommittedAndCommittedBehindIt() throws Exception {
    queue(seq -> seq == IN_THE_FIRST ? waits().build() : plain().build());
    CompletableFuture<DrainSummary> draining =
        CompletableFuture.supplyAsync(() -> ledger.drainAll(queues));

    await("COPY of the second", "SELECT count(*) = 2 " + IN_TRANSACTION + COPIED_OR_COMMITTING);

    assertThat(query("SELECT sum(position) FROM token_ledger.token_ledger_sources")).isEqualTo("0");
    holding.close();
    assertThat(draining.get(60, TimeUnit.SECONDS).events()).isEqualTo(RECORDS);
    assertEachRecordIsOneRow();
  }

  @Test
  void rowsOfTwoBatchesAreSentSideBySide() throws Exception {
    execute(WAITING_ROW);
    queue(seq -> seq == IN_THE_FIRST ? stops().build() : plain().build());
    CompletableFuture<DrainSummary> draining =
        CompletableFuture.supplyAsync(() -> ledger.drainAll(queues));

    await("COPY of the second", "SELECT count(*) = 2 " + IN_TRANSACTION + COPIED_OR_COMMITTING);

    holding.close();
    assertThat(draining.get(60, TimeUnit.SECONDS).events()).isEqualTo(RECORDS);
    assertEachRecordIsOneRow();
  }

  @Test
  void noRowIsSentBesideTheBatchThatHasTheSameOne() throws Exception {
    execute(WAITING_ROW);
    UUID event = UUID.randomUUID();
    queue(
        seq ->
            seq == IN_THE_FIRST
                ? stops().build()
                : (seq == IN_THE_FIRST + 1 || seq == IN_THE_SECOND
                        ? plain().set(UsageField.EVENT_ID, event)
                        : plain())
                    .build());
    CompletableFuture<DrainSummary> draining =
        CompletableFuture.supplyAsync(() -> ledger.drainAll(queues));
    await("second waits", "SELECT count(*) = 1 " + IN_TRANSACTION + IDLE_FOR_A_WHILE);

    holding.close();

    assertThatThrownBy(() -> draining.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining("has a row already that should be new");
  }

  @Test
  void nothingIsCommittedBehindABatchThatIsNot() throws Exception {
    queue(seq -> seq == IN_THE_FIRST ? waits().build() : plain().build());
    CompletableFuture<DrainSummary> draining =
        CompletableFuture.supplyAsync(() -> ledger.drainAll(queues));
    await("COPY of the second", "SELECT count(*) = 2 " + IN_TRANSACTION + COPIED_OR_COMMITTING);

    query("SELECT pg_terminate_backend(pid) " + IN_TRANSACTION + " AND wait_event = 'advisory'");

    await("second ended", "SELECT count(*) = 0 " + IN_TRANSACTION + " AND query !~ 'COMMIT'");
    holding.close();
    assertThat(draining.handle((summary, failure) -> true).get(60, TimeUnit.SECONDS)).isTrue();
    ledger.drainAll(queues);
    assertEachRecordIsOneRow();
  }

  @ParameterizedTest
  @ValueSource(ints = {IN_THE_FIRST, IN_THE_SECOND})
  void onlyTheRecordThatIsRefusedIsSetAsideInWhicheverBatchItIs(int poison) throws Exception {
    holding.close();
    execute(
        """
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'refused by the test' USING ERRCODE = '22000';
        END $$;
        CREATE TRIGGER refusing BEFORE INSERT ON token_ledger.token_ledger_events_2026_11
          FOR EACH ROW WHEN (NEW.provider = 'refused') EXECUTE FUNCTION public.refuse();
        """);
    queue(seq -> (seq == poison ? plain().set(UsageField.PROVIDER, "refused") : plain()).build());

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.events()).isEqualTo(RECORDS - 1);
    assertThat(ledger.query("SELECT source_seq FROM token_ledger_dead_letters"))
        .containsExactly(String.valueOf(poison));
    assertThat(ledger.query("SELECT position FROM token_ledger_sources"))
        .containsExactly(String.valueOf(RECORDS));
  }

  @Test
  void aReportThatTheBatchBeforeClaimedIsARepeat() throws Exception {
    holding.close();
    queue(
        seq ->
            (seq == IN_THE_FIRST || seq == IN_THE_SECOND
                    ? plain().set(UsageField.DEDUPE_KEY, "openai::job-1")
                    : plain())
                .build());

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.repeats()).isEqualTo(1);
    assertThat(
            ledger.query(
                "SELECT source_seq FROM token_ledger_events"
                    + " WHERE 'counted_elsewhere' = ANY (usage_note)"))
        .containsExactly(String.valueOf(IN_THE_SECOND));
  }

  @Test
  void aRowThatTheBatchBeforeHasStopsTheDrainThereAndNothingWaitsForEver() throws Exception {
    holding.close();
    UUID event = UUID.randomUUID();
    queue(
        seq ->
            (seq == IN_THE_FIRST || seq == IN_THE_SECOND
                    ? plain().set(UsageField.EVENT_ID, event)
                    : plain())
                .build());

    assertThatThrownBy(() -> ledger.drainAll(queues))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has a row already that should be new");

    assertThat(
            ledger.query(
                "SELECT (SELECT position FROM token_ledger_sources) ="
                    + " (SELECT count(*) FROM token_ledger_events)"
                    + " AND (SELECT count(*) FROM token_ledger_events) BETWEEN 1 AND "
                    + IN_THE_SECOND))
        .containsExactly("t");
  }

  /** One that waits for the lock, one that has sent its rows and waits for the first. */
  private static final String COPIED_OR_COMMITTING =
      " AND (wait_event = 'advisory' OR state = 'idle in transaction' AND query LIKE 'COPY%')";

  /** One whose thread waits, not one that is about to send the next statement. */
  private static final String IDLE_FOR_A_WHILE =
      " AND state = 'idle in transaction'"
          + " AND state_change < clock_timestamp() - interval '300 milliseconds'";

  private static UsageRecord.Builder plain() {
    return QueueFixture.usage();
  }

  private static UsageRecord.Builder waits() {
    return plain().set(UsageField.PROVIDER, "waits");
  }

  private static UsageRecord.Builder stops() {
    return plain().set(UsageField.PROVIDER, "stops");
  }

  private void queue(LongFunction<UsageRecord> record) throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      for (long seq = 0; seq < RECORDS; seq++) {
        queue.append(seq, record.apply(seq));
      }
    }
  }

  private void assertEachRecordIsOneRow() throws SQLException {
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', count(*), count(DISTINCT source_seq))"
                    + " FROM token_ledger_events"))
        .containsExactly(RECORDS + " " + RECORDS);
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_daily_sums"))
        .containsExactly(String.valueOf(RECORDS));
  }

  private void await(String what, String condition) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!query(condition).equals("t")) {
      assertThat(System.nanoTime()).as("in time: " + what).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** On the connection that holds the lock: the pool's are taken. */
  private String query(String sql) throws SQLException {
    try (Statement statement = holding.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = ledger.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
