package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.UsageField;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which errors of Postgres set a record aside, and which stop the drain with nothing set aside. The
 * errors come from where rows are written: a trigger of the partition, within COPY.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SetAsideTest {
  private static final int RECORDS = 20;
  private static final int POISON = 7;

  @TempDir Path base;
  private PostgresSettings settings;
  private Ledger ledger;

  @BeforeAll
  void open(PostgresSettings settings) throws SQLException {
    this.settings = settings;
    ledger = new Ledger(settings);
    execute("SELECT token_ledger.ensure_partition('2026-11-20')");
    execute(
        """
        CREATE FUNCTION token_ledger.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'refused by the test' USING ERRCODE = TG_ARGV[0];
        END $$
        """);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22000", "22001", "22003", "22007", "22008", "22012", "22021", "22023", "22030", "2202E",
        "22P02", "22P03", "22P05", "23502", "54000", "54001", "54011", "54023"
      })
  void setsTheRecordAsideThatTheDataIsToBlameFor(String state) throws Exception {
    try (Refusal refusal = new Refusal(state)) {
      Path queues = queue();

      DrainSummary summary = ledger.drainAll(queues);

      assertThat(summary.events()).isEqualTo(RECORDS - 1);
      assertThat(summary.deadLetters()).isEqualTo(1);
      assertThat(summary.undrained()).isZero();
      assertThat(refusal.rows()).isEqualTo(RECORDS - 1);
      assertThat(
              ledger.query(
                  "SELECT concat_ws(' ', source_seq, sqlstate, octet_length(record) > 0)"
                      + " FROM token_ledger.token_ledger_dead_letters WHERE source_id = '"
                      + source
                      + "'"))
          .containsExactly(POISON + " " + state + " t");
      assertThat(position()).isEqualTo(RECORDS);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08000", "08003", "08006", "25006", "40001", "40P01", "53000", "53100", "53200", "53300",
        "53400", "55P03", "57014", "57P01", "57P02", "57P03", "57P05"
      })
  void setsNothingAsideForWhatPassesAndTriesItAgain(String state) throws Exception {
    stopsWithNothingSetAside(state, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0A000", "21000", "23000", "23001", "23503", "23505", "23514", "23P01", "25001", "28000",
        "2BP01", "3D000", "3F000", "42501", "42601", "42703", "42804", "42883", "42P01", "55000",
        "55006", "58030", "F0000", "P0001", "XX000", "XX001", "XX002"
      })
  void setsNothingAsideForWhatTheRecordIsNotToBlameFor(String state) throws Exception {
    stopsWithNothingSetAside(state, false);
  }

  @Test
  void setsNothingAsideForARowThatIsThereAlready() throws Exception {
    UUID event = UUID.randomUUID();
    Path queues = base.resolve(UUID.randomUUID().toString());
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      source = queue.sourceId;
      queue.append(0).append(1, QueueFixture.usage().set(UsageField.EVENT_ID, event).build());
    }
    execute(
        "INSERT INTO token_ledger.token_ledger_events"
            + " (event_id, timestamp, ingested_at, source_id, source_seq) VALUES ('"
            + event
            + "', '"
            + QueueFixture.NOON
            + "', now(), gen_random_uuid(), 0)");

    StoreException failure =
        catchThrowableOfType(StoreException.class, () -> ledger.drainAll(queues));

    assertThat(failure).hasMessageContaining("has a row already that should be new");
    assertThat(setAside()).isEqualTo("0");
    execute("DELETE FROM token_ledger.token_ledger_events WHERE event_id = '" + event + "'");
    assertThat(ledger.drainAll(queues).events()).isEqualTo(2);
  }

  @Test
  void aFollowingDrainStopsForWhatDoesNotPassSaysItAndGoesOnOnceItIsMended() throws Exception {
    Path queues;
    Told told = new Told();
    List<String> notices = new CopyOnWriteArrayList<>();
    Drain drain;
    CompletableFuture<DrainSummary> following;
    try (Refusal refusal = new Refusal("23514")) {
      queues = queue();
      drain = drain(ledger.database, queues, notices, told);
      following = CompletableFuture.supplyAsync(drain::follow);
      await(() -> told.failure != null);

      assertThat(told.failure.isPassing()).isFalse();
      assertThat(told.failure).hasMessageContaining("see whether the partition of its month");
      assertThat(notices).hasSize(1);
      assertThat(refusal.rows()).isZero();
      assertThat(setAside()).isEqualTo("0");
      assertThat(following).isNotDone();
    }

    drain.stop();
    DrainSummary summary = following.get(30, TimeUnit.SECONDS);
    drain.close();

    assertThat(summary.events()).isEqualTo(RECORDS);
    assertThat(summary.undrained()).isZero();
    assertThat(setAside()).isEqualTo("0");
  }

  @Test
  void aFollowingDrainWaitsOutATableThatIsLocked() throws Exception {
    Path queues = queue();
    Told told = new Told();
    String database = settings.url().replaceFirst(".*/", "");
    execute("ALTER DATABASE " + database + " SET lock_timeout = '100ms'");
    try (Database hasty = Database.open(settings);
        Drain drain = drain(hasty, queues, new CopyOnWriteArrayList<>(), told)) {
      CompletableFuture<DrainSummary> following;
      try (Connection other = ledger.database.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE token_ledger.token_ledger_events IN ACCESS EXCLUSIVE MODE");
        following = CompletableFuture.supplyAsync(drain::follow);
        await(() -> told.failure != null);
        assertThat(told.failure).hasMessageContaining("keeps a table locked");
        assertThat(told.failure.isPassing()).isTrue();
        other.rollback();
      }

      await(() -> position() == RECORDS);

      await(() -> told.failure == null);
      drain.stop();
      assertThat(following.get(30, TimeUnit.SECONDS).events()).isEqualTo(RECORDS);
      assertThat(setAside()).isEqualTo("0");
    } finally {
      execute("ALTER DATABASE " + database + " RESET lock_timeout");
    }
  }

  /** Each batch holds some of a hundred sources, and two batches are under way at a time. */
  @Test
  void setsOnlyThoseAsideThatAreRefusedAmongBatchesOfAHundredSources() throws Exception {
    Path queues = base.resolve(UUID.randomUUID().toString());
    Files.createDirectories(queues);
    List<UUID> sources = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      try (SegmentSource written = new SegmentSource(queues, "many-" + i, false)) {
        sources.add(written.append(130).sourceId);
      }
    }
    String ids = sources.stream().map(id -> "'" + id + "'").collect(Collectors.joining(","));
    execute(
        "CREATE TRIGGER refusal BEFORE INSERT ON token_ledger.token_ledger_events_2026_11"
            + " FOR EACH ROW WHEN (NEW.feature IN ('many-3', 'many-50', 'many-51', 'many-99')"
            + " AND NEW.source_seq IN (0, 64, 129)) EXECUTE FUNCTION token_ledger.refuse('22003')");

    DrainSummary summary = ledger.drainAll(queues);

    execute("DROP TRIGGER refusal ON token_ledger.token_ledger_events_2026_11");
    assertThat(summary.events()).isEqualTo(13_000 - 12);
    assertThat(
            ledger.query(
                "SELECT string_agg(DISTINCT d.source_seq::text, ' ') || ' ' || count(*) || ' '"
                    + " || count(DISTINCT d.source_id) FROM token_ledger.token_ledger_dead_letters d"
                    + " WHERE source_id IN ("
                    + ids
                    + ") AND sqlstate = '22003' AND NOT EXISTS (SELECT FROM"
                    + " token_ledger.token_ledger_events e WHERE e.source_id = d.source_id"
                    + " AND e.source_seq = d.source_seq)"))
        .containsExactly("0 129 64 12 4");
    assertThat(
            ledger.query(
                "SELECT count(*) || ' ' || count(DISTINCT (source_id, source_seq))"
                    + " FROM token_ledger.token_ledger_events WHERE source_id IN ("
                    + ids
                    + ")"))
        .containsExactly("12988 12988");
    assertThat(
            ledger.query(
                "SELECT DISTINCT position FROM token_ledger.token_ledger_sources"
                    + " WHERE source_id IN ("
                    + ids
                    + ")"))
        .containsExactly("130");
    assertThat(
            ledger.query(
                "SELECT sum(calls) FROM token_ledger.token_ledger_daily WHERE feature LIKE 'many-%'"))
        .containsExactly("12988");
  }

  private UUID source;

  private void stopsWithNothingSetAside(String state, boolean passing) throws Exception {
    Path queues;
    try (Refusal refusal = new Refusal(state)) {
      queues = queue();

      StoreException failure =
          catchThrowableOfType(StoreException.class, () -> ledger.drainAll(queues));

      assertThat(failure).as("the drain stops for %s", state).isNotNull();
      assertThat(failure.isPassing()).isEqualTo(passing);
      assertThat(failure).hasMessageContaining("refused by the test");
      assertThat(refusal.rows()).isZero();
      assertThat(setAside()).isEqualTo("0");
      assertThat(position()).isZero();
    }

    assertThat(ledger.drainAll(queues).events()).isEqualTo(RECORDS);
    assertThat(setAside()).isEqualTo("0");
  }

  /** A source of its own, so that one ledger serves all. */
  private Path queue() throws Exception {
    Path queues = base.resolve(UUID.randomUUID().toString());
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      source = queue.sourceId;
      LongStream.range(0, RECORDS).forEach(queue::append);
    }
    return queues;
  }

  private Drain drain(Database database, Path queues, List<String> notices, DrainObserver told) {
    return new Drain(
        database,
        Ledger.ONE_CENT,
        new DrainSettings(queues, Duration.ofHours(1), false, Duration.ofSeconds(10)),
        notices::add,
        told);
  }

  private String setAside() throws SQLException {
    return ledger
        .query(
            "SELECT count(*) FROM token_ledger.token_ledger_dead_letters WHERE source_id = '"
                + source
                + "'")
        .get(0);
  }

  private long position() throws SQLException {
    List<String> stored =
        ledger.query(
            "SELECT position FROM token_ledger.token_ledger_sources WHERE source_id = '"
                + source
                + "'");
    return stored.isEmpty() ? 0 : Long.parseLong(stored.get(0));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = ledger.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Postgres refuses one of the records with that state. */
  private final class Refusal implements AutoCloseable {
    Refusal(String state) throws SQLException {
      execute(
          "CREATE TRIGGER refusal BEFORE INSERT ON token_ledger.token_ledger_events_2026_11"
              + " FOR EACH ROW WHEN (NEW.source_seq = "
              + POISON
              + ") EXECUTE FUNCTION token_ledger.refuse('"
              + state
              + "')");
    }

    long rows() throws SQLException {
      return Long.parseLong(
          ledger
              .query(
                  "SELECT count(*) FROM token_ledger.token_ledger_events WHERE source_id = '"
                      + source
                      + "'")
              .get(0));
    }

    @Override
    public void close() throws SQLException {
      execute("DROP TRIGGER refusal ON token_ledger.token_ledger_events_2026_11");
    }
  }

  /** What readiness is made of. */
  private static final class Told implements DrainObserver {
    volatile StoreException failure;

    @Override
    public void failed(StoreException failure) {
      this.failure = failure;
    }

    @Override
    public void recovered() {
      failure = null;
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
