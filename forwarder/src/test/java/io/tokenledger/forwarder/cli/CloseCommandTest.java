package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.report.LedgerRows;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A month is closed or it is not, whatever ends the command and whoever writes meanwhile. */
@ExtendWith(PostgresExtension.class)
class CloseCommandTest {
  private static final Duration AT_MOST = Duration.ofSeconds(60);
  private static final String CLOSED =
      "SELECT month || ' ' || events || ' ' || cost_usd::numeric(9, 5)"
          + " FROM token_ledger.token_ledger_closed_months WHERE reopened_at IS NULL";

  /** The command's session, once it stands where the test stops it: about to enter the month. */
  private static final String AT_THE_DOOR =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND application_name = 'tokenledger-forwarder' AND wait_event = 'advisory'";

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String config;
  private Connection test;

  @BeforeEach
  void ledgerWithARowOfOctober(PostgresSettings settings) throws Exception {
    config =
        Files.write(
                directory.resolve("forwarder.yml"),
                List.of(
                    "postgres:",
                    "  url: '" + settings.url() + "'",
                    "  user: '" + settings.user() + "'",
                    "  password: '" + settings.password() + "'"))
            .toString();
    try (Database database = Database.open(settings)) {
      database.migrate();
      new LedgerRows(database).add(october());
    }
    test = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    execute(
        "CREATE FUNCTION public.door() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END $$;"
            + " CREATE TRIGGER door BEFORE INSERT ON token_ledger.token_ledger_closed_months"
            + " FOR EACH ROW EXECUTE FUNCTION public.door()");
  }

  @AfterEach
  void disconnect() throws SQLException {
    test.close();
  }

  @Test
  void aConnectionThatIsCutClosesNothingAndTheNextRunDoes() throws Exception {
    execute("SELECT pg_advisory_lock(42)");
    CompletableFuture<Integer> command = CompletableFuture.supplyAsync(this::close);
    execute("SELECT pg_terminate_backend(" + awaitOne(AT_THE_DOOR) + ")");

    assertThat(command.get(60, TimeUnit.SECONDS)).isEqualTo(Commands.FAILED);
    assertThat(err.toString()).hasLineCount(1).contains("cannot be reached");
    assertThat(out.toString()).isEmpty();
    assertThat(query(CLOSED)).isEmpty();

    execute("SELECT pg_advisory_unlock(42)");
    assertThat(close()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "Closed 2026-10: 1 row, 0.00125 USD known, before tax, credits and commitments.\n");
    assertThat(query(CLOSED)).containsExactly("2026-10-01 1 0.00125");
  }

  @Test
  void aCommandThatIsKilledLeavesTheMonthOpenOrWhollyClosed() throws Exception {
    execute("SELECT pg_advisory_lock(42)");
    Process killed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ForwarderMain.class.getName(),
                "close",
                "2026-10",
                "--config",
                config)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    try {
      awaitOne(AT_THE_DOOR);
    } finally {
      killed.destroyForcibly().waitFor();
    }
    assertThat(query(CLOSED)).isEmpty();

    // The server finds nobody to answer to only when it is done.
    execute("SELECT pg_advisory_unlock(42)");
    awaitNone(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'tokenledger-forwarder'");
    List<String> left = query(CLOSED);
    assertThat(close()).isZero();

    assertThat(left).isSubsetOf("2026-10-01 1 0.00125");
    assertThat(out.toString())
        .startsWith(left.isEmpty() ? "Closed 2026-10: " : "2026-10 is closed already, since ")
        .endsWith(": 1 row, 0.00125 USD known, before tax, credits and commitments.\n");
    assertThat(query(CLOSED)).containsExactly("2026-10-01 1 0.00125");
  }

  @Test
  void aRowThatIsBeingWrittenIsInTheMonthOrSinceClose(PostgresSettings settings) throws Exception {
    String url = test.getMetaData().getURL() + "?ApplicationName=tokenledger-forwarder";
    try (Connection forwarder =
        DriverManager.getConnection(url, settings.user(), settings.password())) {
      forwarder.setAutoCommit(false);
      execute(forwarder, copyOfTheRow());

      CompletableFuture<Integer> command = CompletableFuture.supplyAsync(this::close);
      awaitOne(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
              + " AND application_name = 'tokenledger-forwarder' AND query LIKE 'SELECT EXISTS%'");
      assertThat(command).isNotDone();
      forwarder.commit();

      assertThat(command.get(60, TimeUnit.SECONDS)).as(err.toString()).isZero();
      execute(forwarder, copyOfTheRow());
      forwarder.commit();
    }

    assertThat(query(CLOSED)).containsExactly("2026-10-01 2 0.00250");
    assertThat(run("report")).isZero();
    assertThat(out.toString()).containsPattern("Since close +1 ").contains("  1 2026-10");
  }

  private int close() {
    return run("close", "2026-10");
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config));
    return ForwarderMain.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of(),
        all.toArray(String[]::new));
  }

  /** As a drain writes it: with a time that is before its commit. */
  private static String copyOfTheRow() {
    return "CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM"
        + " token_ledger.token_ledger_events LIMIT 1; UPDATE copied SET event_id ="
        + " gen_random_uuid(), ingested_at = clock_timestamp();"
        + " INSERT INTO token_ledger.token_ledger_events SELECT * FROM copied";
  }

  private static UsageRecord october() {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, Instant.parse("2026-10-10T12:00:00Z"))
        .set(UsageField.PROVIDER, "openai")
        .set(UsageField.API, "openai.chat")
        .set(UsageField.MODEL, "gpt-5")
        .set(UsageField.SERVICE_TIER, "standard")
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, 1000L)
        .set(UsageField.OUTPUT_TOKENS, 0L)
        .build();
  }

  private String awaitOne(String sql) throws SQLException {
    return await(sql, true).get(0);
  }

  private void awaitNone(String sql) throws SQLException {
    await(sql, false);
  }

  private List<String> await(String sql, boolean any) throws SQLException {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    List<String> found = query(sql);
    while (found.isEmpty() == any) {
      assertThat(System.nanoTime() - deadline).as(sql + " " + out + err).isNegative();
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      found = query(sql);
    }
    return found;
  }

  private List<String> query(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = test.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }

  private void execute(String sql) throws SQLException {
    execute(test, sql);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
