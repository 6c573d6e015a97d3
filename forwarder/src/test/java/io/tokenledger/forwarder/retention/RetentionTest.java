package io.tokenledger.forwarder.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.export.ExportFormat;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Months of rows go whole, in the way of nobody, and never before they are exported. */
@ExtendWith(PostgresExtension.class)
class RetentionTest {
  private static final YearMonth NOW = YearMonth.now(ZoneOffset.UTC);

  /** Kept by {@link #KEPT}: the month of a year ago and all later ones. */
  private static final Period KEPT = Period.ofMonths(12);

  private static final YearMonth OLDER = NOW.minusMonths(14);
  private static final YearMonth OLD = NOW.minusMonths(13);
  private static final YearMonth YOUNG = NOW.minusMonths(12);

  /** drop_partition waits 200 ms for a lock; the rest is for a machine that is busy. */
  private static final Duration LOCKED_AT_MOST = Duration.ofSeconds(1);

  private static final Retention.Patience SHORT =
      new Retention.Patience(
          Duration.ofMillis(500), Duration.ofSeconds(1), 3, Duration.ofMillis(50));

  @TempDir Path directory;
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private PostgresSettings settings;
  private Database database;

  @BeforeEach
  void open(PostgresSettings settings) throws SQLException {
    this.settings = settings;
    database = Database.open(settings);
    database.migrate();
    for (YearMonth month : List.of(OLDER, OLD, YOUNG, NOW)) {
      query("SELECT token_ledger.ensure_partition('" + month.atDay(1) + "')");
      insert(month, 3);
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void dropsTheMonthsThatEndedLongerAgoAndNoOther() throws SQLException {
    assertThat(retention(database, KEPT, null).apply(notices::add)).isTrue();

    assertThat(months()).containsExactly(YOUNG.toString(), NOW.toString());
    assertThat(floor()).isEqualTo(YOUNG.atDay(1).toString());
    assertThat(notices)
        .hasSize(2)
        .allMatch(notice -> notice.matches("Dropped \\d{4}-\\d{2}: 3 rows, \\d+ bytes\\."));
    assertThat(
            query(
                "SELECT concat_ws(' ', to_char(month, 'YYYY-MM'), events, dropped_at IS NOT NULL, holder)"
                    + " FROM token_ledger.token_ledger_dropped_months ORDER BY month"))
        .containsExactly(OLDER + " 3 t", OLD + " 3 t");
  }

  @Test
  void keepsEveryRowWherePeriodIsNotSet() throws SQLException {
    assertThat(retention(database, null, null).apply(notices::add)).isTrue();

    assertThat(months()).hasSize(4);
    assertThat(floor()).isEqualTo("2020-01-01");
  }

  @Test
  void showsMonthsRowsAndBytesAndChangesNothing() throws SQLException {
    RetentionPlan plan = retention(database, KEPT, null).plan();

    assertThat(plan.firstKept()).isEqualTo(YOUNG);
    assertThat(plan.months()).extracting(RetentionPlan.Month::month).containsExactly(OLDER, OLD);
    assertThat(plan.months()).allMatch(month -> month.rows() == 3 && month.bytes() > 8_192);
    assertThat(months()).hasSize(4);
    assertThat(floor()).isEqualTo("2020-01-01");
  }

  @Test
  void exportsAMonthWhollyBeforeItIsDropped() throws Exception {
    List<String> rows =
        query(
            "SELECT event_id FROM token_ledger.token_ledger_events WHERE timestamp < '"
                + OLD.atDay(1)
                + "' ORDER BY timestamp, event_id");

    assertThat(retention(database, KEPT, directory).apply(notices::add)).isTrue();

    Path file = directory.resolve("token_ledger_events_" + Partition.suffix(OLDER) + ".jsonl");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(lines.get(i)).contains("\"event_id\":\"" + rows.get(i) + "\"");
    }
    String sha256 =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    assertThat(
            query(
                "SELECT concat_ws(' ', events, export_file, export_sha256)"
                    + " FROM token_ledger.token_ledger_dropped_months ORDER BY month LIMIT 1"))
        .containsExactly("3 " + file + " " + sha256);
    assertThat(months()).containsExactly(YOUNG.toString(), NOW.toString());
  }

  @Test
  void exportsWhatRepricingNotedOfTheRowsAndThenForgetsIt() throws Exception {
    for (YearMonth month : List.of(OLD, YOUNG)) {
      query(
          "INSERT INTO token_ledger.token_ledger_repricings (run_id, timestamp, event_id, reason)"
              + " SELECT gen_random_uuid(), timestamp, event_id, 'test' FROM token_ledger.token_ledger_events"
              + " WHERE date_trunc('month', timestamp AT TIME ZONE 'UTC') = '"
              + month.atDay(1)
              + "' RETURNING 1");
    }

    retention(database, KEPT, directory).apply(notices::add);

    assertThat(
            Files.readAllLines(
                directory.resolve("token_ledger_repricings_" + Partition.suffix(OLD) + ".jsonl")))
        .hasSize(3);
    assertThat(
            query(
                "SELECT DISTINCT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM')"
                    + " FROM token_ledger.token_ledger_repricings"))
        .containsExactly(YOUNG.toString());
  }

  @Test
  void dropsNothingThatCannotBeExported() throws Exception {
    Path noDirectory = Files.createFile(directory.resolve("file"));

    assertThat(retention(database, KEPT, noDirectory).apply(notices::add)).isFalse();

    assertThat(months()).hasSize(4);
    assertThat(notices)
        .hasSize(2)
        .allMatch(notice -> notice.contains("stay: they cannot be exported to " + noDirectory));
  }

  @Test
  void replacesNoFileThatHoldsSomethingElse() throws Exception {
    Path file = directory.resolve("token_ledger_events_" + Partition.suffix(OLD) + ".jsonl");
    Files.writeString(file, "somebody's\n");

    assertThat(retention(database, KEPT, directory).apply(notices::add)).isFalse();

    assertThat(file).hasContent("somebody's\n");
    assertThat(months()).containsExactly(OLD.toString(), YOUNG.toString(), NOW.toString());
    assertThat(notices).anyMatch(notice -> notice.contains("holds something else"));
  }

  @Test
  void goesOnWithAFileThatWasCompleteWhenThePassWasKilled() throws Exception {
    retention(database, KEPT, directory).apply(notices::add);
    Path file = directory.resolve("token_ledger_events_" + Partition.suffix(OLD) + ".jsonl");
    byte[] written = Files.readAllBytes(file);
    restore(OLD, written);

    assertThat(retention(database, KEPT, directory).apply(notices::add)).isTrue();

    assertThat(file).hasBinaryContent(written);
    assertThat(months()).containsExactly(YOUNG.toString(), NOW.toString());
  }

  @Test
  void keepsAMonthWhoseExportHasOtherRowsThanTheTable() throws Exception {
    query(
        "INSERT INTO token_ledger.token_ledger_dropped_months (month, events, export_file, exported_at)"
            + " VALUES ('"
            + OLD.atDay(1)
            + "', 2, '/elsewhere', now()) RETURNING 1");

    assertThat(retention(database, KEPT, directory).apply(notices::add)).isFalse();

    assertThat(months()).contains(OLD.toString());
    assertThat(notices).anyMatch(notice -> notice.startsWith("ALARM: the rows of " + OLD));
  }

  @Test
  void leavesAMonthToTheForwarderThatWorksOnIt() throws Exception {
    query(
        "INSERT INTO token_ledger.token_ledger_dropped_months (month, holder, held_until)"
            + " VALUES ('"
            + OLD.atDay(1)
            + "', 'other', now() + interval '1 hour') RETURNING 1");

    assertThat(retention(database, KEPT, null).apply(notices::add)).isFalse();

    assertThat(months()).containsExactly(OLD.toString(), YOUNG.toString(), NOW.toString());
    query(
        "UPDATE token_ledger.token_ledger_dropped_months SET held_until = now() - interval '1 s'"
            + " WHERE holder = 'other' RETURNING 1");
    assertThat(retention(database, KEPT, null).apply(notices::add)).isTrue();
  }

  @Test
  void waitsForTransactionsThatMayHaveReadTheOldFloor() throws Exception {
    try (Connection drain = plain(settings);
        Statement statement = drain.createStatement()) {
      drain.setAutoCommit(false);
      statement.execute("SELECT txid_current()");

      assertThat(retention(database, KEPT, null).apply(notices::add)).isFalse();

      assertThat(months()).hasSize(4);
      assertThat(notices).singleElement().asString().startsWith("Retention waits");
      statement.execute(insertion(OLD, 1));
      drain.commit();
    }
    assertThat(retention(database, KEPT, directory).apply(notices::add)).isTrue();
    assertThat(
            Files.readAllLines(
                directory.resolve("token_ledger_events_" + Partition.suffix(OLD) + ".jsonl")))
        .as("with what was booked meanwhile")
        .hasSize(4);
  }

  @Test
  void theOwnerDetachesWhileALongReaderReadsAndEverybodyWrites() throws Exception {
    try (Connection reader = plain(settings);
        Statement reading = reader.createStatement()) {
      reader.setAutoCommit(false);
      reading.execute("SELECT count(*) FROM token_ledger.token_ledger_events");
      long slowest;
      try (Writing writing = new Writing(settings)) {
        assertThat(retention(database, KEPT, null).apply(notices::add)).isFalse();
        slowest = writing.stop();
      }

      assertThat(notices).singleElement().asString().contains("dropped later");
      assertThat(slowest).as("slowest write, ms").isLessThan(LOCKED_AT_MOST.toMillis());
      assertThat(query("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"))
          .as("interrupted in the middle")
          .containsExactly("1");
    }

    assertThat(retention(database, KEPT, null).apply(notices::add)).isTrue();

    assertThat(months()).containsExactly(YOUNG.toString(), NOW.toString());
    assertThat(query("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"))
        .containsExactly("0");
  }

  @Test
  void whoIsNotTheOwnerHoldsUpNobodyLongerThanTheLockTimeout() throws Exception {
    try (Database writer = Database.open(writer());
        Connection reader = plain(settings);
        Statement reading = reader.createStatement()) {
      reader.setAutoCommit(false);
      reading.execute("SELECT count(*) FROM token_ledger.token_ledger_events");
      long slowest;
      try (Writing writing = new Writing(settings)) {
        assertThat(retention(writer, KEPT, directory).apply(notices::add)).isFalse();
        slowest = writing.stop();
      }
      assertThat(months()).as("the reader's month too").hasSize(4);
      assertThat(notices).singleElement().asString().contains("dropped later");
      System.out.println("[retention] slowest write beside drop_partition: " + slowest + " ms");
      assertThat(slowest).as("slowest write, ms").isLessThan(LOCKED_AT_MOST.toMillis());
      reader.commit();

      assertThat(retention(writer, KEPT, directory).apply(notices::add)).isTrue();
    }
    assertThat(months()).containsExactly(YOUNG.toString(), NOW.toString());
  }

  @Test
  void whoIsNotTheOwnerFinishesAnExportedMonthThatTheOwnerBeganToDetach() throws Exception {
    try (Connection reader = plain(settings);
        Statement reading = reader.createStatement()) {
      reader.setAutoCommit(false);
      reading.execute("SELECT count(*) FROM token_ledger.token_ledger_events");
      retention(database, KEPT, directory).apply(notices::add);
    }
    try (Database writer = Database.open(writer())) {
      assertThat(retention(writer, KEPT, directory).apply(notices::add)).isTrue();
    }
    assertThat(months()).containsExactly(YOUNG.toString(), NOW.toString());
  }

  @Test
  void makesThePartitionsOfTheNextThreeMonths() throws SQLException {
    retention(database, null, null).apply(notices::add);

    assertThat(
            query(
                "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"
                    + " AND relname > 'token_ledger_events_"
                    + Partition.suffix(NOW)
                    + "' AND relname LIKE 'token_ledger_events_2%' ORDER BY 1"))
        .containsExactly(
            "token_ledger_events_" + Partition.suffix(NOW.plusMonths(1)),
            "token_ledger_events_" + Partition.suffix(NOW.plusMonths(2)),
            "token_ledger_events_" + Partition.suffix(NOW.plusMonths(3)));
  }

  @Test
  void forgetsHoursAndLatenciesAfterFortyDaysAndKeepsDaysForEver() throws SQLException {
    String[] ages = {"400 days", "41 days", "39 days", "0 days"};
    for (String table : List.of("hourly", "latency")) {
      for (String age : ages) {
        query(
            "INSERT INTO token_ledger.token_ledger_"
                + table
                + " (hour, key, shard"
                + (table.equals("hourly") ? ", billed, repeat" : "")
                + ") SELECT date_trunc('hour', now() - interval '"
                + age
                + "'), gen_random_uuid(), 0"
                + (table.equals("hourly") ? ", true, false" : "")
                + " RETURNING 1");
      }
    }
    query(
        "INSERT INTO token_ledger.token_ledger_daily (day, key, shard, billed, repeat)"
            + " SELECT (now() - interval '400 days')::date, gen_random_uuid(), 0, true, false"
            + " RETURNING 1");
    List<String> days = query("SELECT count(*) FROM token_ledger.token_ledger_daily");

    assertThat(new Retention(database, RetentionSettings.DEFAULT).apply(notices::add)).isTrue();

    for (String table : List.of("hourly", "latency")) {
      assertThat(
              query(
                  "SELECT hour > now() - interval '40 days 1 hour' FROM token_ledger.token_ledger_"
                      + table))
          .as(table)
          .containsExactly("t", "t");
    }
    assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_daily")).isEqualTo(days);
    assertThat(
            query(
                "SELECT hourly_floor > now() - interval '41 days' AND hourly_floor < now() - interval '39 days'"
                    + " FROM token_ledger.token_ledger_retention"))
        .containsExactly("t");
  }

  @Test
  void forgetsClaimsAndCountsThatAreOlderThanTheRows() throws SQLException {
    query(
        "INSERT INTO token_ledger.token_ledger_seen (dedupe_key, event_id, timestamp, seen_at)"
            + " VALUES ('old', gen_random_uuid(), '"
            + OLD.atDay(1)
            + "', '"
            + OLD.atDay(2)
            + "'), ('wrong clock', gen_random_uuid(), '1970-01-01', now()), ('late', gen_random_uuid(), '"
            + OLD.atDay(1)
            + "', '"
            + YOUNG.atDay(5)
            + "') RETURNING 1");
    for (String table : List.of("coverage", "unlisted_hosts")) {
      String columns = table.equals("coverage") ? "provider, api" : "host, call, metered, calls";
      String values = table.equals("coverage") ? "'p', 'a'" : "'h', 'c', true, 1";
      query(
          "INSERT INTO token_ledger.token_ledger_"
              + table
              + " (day, source_id, "
              + columns
              + ") SELECT d::date, gen_random_uuid(), "
              + values
              + " FROM unnest(ARRAY['"
              + OLD.atEndOfMonth()
              + "', '"
              + YOUNG.atDay(1)
              + "']) AS d RETURNING 1");
    }

    assertThat(retention(database, KEPT, null).apply(notices::add)).isTrue();

    assertThat(query("SELECT dedupe_key FROM token_ledger.token_ledger_seen ORDER BY 1"))
        .containsExactly("late", "wrong clock");
    assertThat(query("SELECT day FROM token_ledger.token_ledger_coverage"))
        .containsExactly(YOUNG.atDay(1).toString());
    assertThat(query("SELECT day FROM token_ledger.token_ledger_unlisted_hosts"))
        .containsExactly(YOUNG.atDay(1).toString());
  }

  @Test
  void refusesToExpireWhatIsYoungerThanItsRows() {
    assertThatThrownBy(() -> query("SELECT token_ledger.expire_rows('seen', now(), 10)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("after the retention floor");
    assertThatThrownBy(() -> query("SELECT token_ledger.expire_rows('coverage', now(), 10)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("less than a day ago");
    assertThatThrownBy(() -> query("SELECT token_ledger.raise_floor('2099-01-01')"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("has not begun");
  }

  private static Retention retention(Database database, Period events, Path exports) {
    return new Retention(
        database,
        new RetentionSettings(events, Period.ofDays(40), null, exports, ExportFormat.JSONL),
        SHORT,
        Clock.systemUTC());
  }

  private PostgresSettings writer() throws SQLException {
    String role = "writer_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = plain(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE ROLE "
              + role
              + " LOGIN PASSWORD 'w'; GRANT USAGE ON SCHEMA token_ledger TO "
              + role
              + "; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA token_ledger TO "
              + role
              + "; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA token_ledger TO "
              + role);
    }
    return new PostgresSettings(settings.url(), role, "w");
  }

  /** Puts a dropped month back, as a pass that was killed before it noted its export leaves it. */
  private void restore(YearMonth month, byte[] jsonl) throws SQLException {
    query("UPDATE token_ledger.token_ledger_retention SET floor = '2020-01-01' RETURNING 1");
    query("DELETE FROM token_ledger.token_ledger_dropped_months RETURNING 1");
    query("SELECT token_ledger.ensure_partition('" + month.atDay(1) + "')");
    for (String line : new String(jsonl, java.nio.charset.StandardCharsets.UTF_8).split("\n")) {
      query(
          "INSERT INTO token_ledger.token_ledger_events SELECT * FROM"
              + " jsonb_populate_record(NULL::token_ledger.token_ledger_events, '"
              + line
              + "') RETURNING 1");
    }
  }

  private void insert(YearMonth month, int rows) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(insertion(month, rows));
    }
  }

  private static String insertion(YearMonth month, int rows) {
    return "INSERT INTO token_ledger.token_ledger_events"
        + " (event_id, timestamp, ingested_at, source_id, source_seq)"
        + " SELECT gen_random_uuid(), '"
        + month.atDay(1)
        + " 00:00:00+00'::timestamptz + make_interval(secs => n), now(), gen_random_uuid(), n"
        + " FROM generate_series(1, "
        + rows
        + ") AS n";
  }

  private List<String> months() throws SQLException {
    return query(
        "SELECT DISTINCT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM')"
            + " FROM token_ledger.token_ledger_events ORDER BY 1");
  }

  private String floor() throws SQLException {
    return query("SELECT (floor AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_retention")
        .get(0);
  }

  private List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet row = statement.getResultSet()) {
          while (row.next()) {
            rows.add(row.getString(1));
          }
        }
      }
    }
    return rows;
  }

  private static Connection plain(PostgresSettings settings) throws SQLException {
    return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
  }

  /** Writes rows of this month without a pause, and measures the slowest. */
  private static final class Writing implements AutoCloseable {
    private final CompletableFuture<Long> slowest;
    private volatile boolean stopping;

    Writing(PostgresSettings settings) {
      slowest = CompletableFuture.supplyAsync(() -> write(settings));
    }

    private long write(PostgresSettings settings) {
      long slowest = 0;
      try (Connection connection = plain(settings);
          Statement statement = connection.createStatement()) {
        do {
          long start = System.nanoTime();
          statement.execute(insertion(NOW, 1));
          slowest = Math.max(slowest, System.nanoTime() - start);
          LockSupport.parkNanos(1_000_000);
        } while (!stopping);
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
      return TimeUnit.NANOSECONDS.toMillis(slowest);
    }

    long stop() throws Exception {
      stopping = true;
      return slowest.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      stopping = true;
    }
  }
}
