package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class RetentionCommandTest {
  private static final YearMonth OLD = YearMonth.now(ZoneOffset.UTC).minusMonths(13);

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String config;

  @BeforeEach
  void open(PostgresSettings postgres) throws Exception {
    config =
        Files.writeString(
                directory.resolve("forwarder.yml"),
                String.join(
                    "\n",
                    "postgres:",
                    "  url: '" + postgres.url() + "'",
                    "  user: '" + postgres.user() + "'",
                    "  password: '" + postgres.password() + "'",
                    "retention:",
                    "  events: 12mo",
                    "  export_directory: '" + directory.resolve("exports") + "'",
                    "  export_format: csv"))
            .toString();
    assertThat(run("migrate")).isZero();
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SET TIME ZONE 'UTC'; SELECT token_ledger.ensure_partition('"
              + OLD.atDay(1)
              + "'); INSERT INTO token_ledger.token_ledger_events (event_id, timestamp, ingested_at,"
              + " source_id, source_seq, provider, status, cost_usd) SELECT gen_random_uuid(), '"
              + OLD.atDay(1)
              + "'::date + make_interval(hours => n), now(), gen_random_uuid(), n, 'openai',"
              + " 'success', 0.25 FROM generate_series(1, 4) AS n;"
              + " SET search_path TO token_ledger; SELECT rebuild_rollups('"
              + OLD.atDay(1)
              + "', '"
              + OLD.atEndOfMonth()
              + "')");
    }
    out.getBuffer().setLength(0);
  }

  @Test
  void showsWhatWouldGoAndThenLetsItGo() {
    assertThat(run("retention")).isZero();
    assertThat(out.toString())
        .containsPattern(
            "  " + OLD + "  4 rows  [\\d,]+ bytes  to be exported to " + directory + "/exports\n");

    out.getBuffer().setLength(0);
    assertThat(run("retention", "--apply")).isZero();
    assertThat(out.toString())
        .containsPattern(
            "Dropped " + OLD + ": 4 rows, \\d+ bytes, exported to " + directory + "/exports/.*csv.")
        .contains("Nothing is left that should have gone.");

    out.getBuffer().setLength(0);
    assertThat(run("retention")).isZero();
    assertThat(out.toString()).contains("there are no older ones");
  }

  @Test
  void reportsSayWhatIsKeptOfAMonthInsteadOfZero() {
    assertThat(run("retention", "--apply")).isZero();
    out.getBuffer().setLength(0);

    String first = OLD.atDay(1).toString();
    assertThat(run("report", "--from", first, "--to", OLD.atEndOfMonth().toString())).isZero();

    assertThat(out.toString())
        .containsPattern("Rows dropped +4 +calls whose rows retention dropped")
        .contains("  4 " + OLD + "  (1.000000 USD)");
  }

  @Test
  void refusesToCloseOrReconcileAMonthWhoseRowsAreGone() throws Exception {
    assertThat(run("retention", "--apply")).isZero();
    Path bill = Files.writeString(directory.resolve("bill.csv"), "day,model,cost_usd\n");

    assertThat(run("close", OLD.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains(OLD + " cannot be closed: retention dropped the rows.")
        .contains("token_ledger_daily_sums");
    assertThat(run("reconcile", "csv=" + bill, "--provider", "openai", "--month", OLD.toString()))
        .isEqualTo(1);
  }

  @Test
  void saysWhatIsWrongWithAPeriod() throws Exception {
    for (String period : new String[] {"13m", "forever", "10d"}) {
      config =
          Files.writeString(directory.resolve("wrong.yml"), "retention: { events: " + period + " }")
              .toString();
      err.getBuffer().setLength(0);

      assertThat(run("retention")).isEqualTo(2);

      assertThat(err.toString()).contains("wrong.yml line 1: retention.events is '" + period + "'");
    }
  }

  private int run(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = config;
    return Commands.line(new PrintWriter(out, true), new PrintWriter(err, true), Map.of())
        .execute(all);
  }
}
