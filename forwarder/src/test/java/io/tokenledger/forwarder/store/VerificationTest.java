package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.rollup.Difference;
import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.forwarder.store.rollup.Verification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What verify finds, and what it leaves alone. */
@ExtendWith(PostgresExtension.class)
class VerificationTest {
  private final RandomRows random = new RandomRows(7);
  private static Database database;

  @BeforeAll
  static void open(PostgresSettings settings) {
    database = Database.open(settings);
    database.migrate();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    RandomRows.clear(database);
    RandomRows.write(database, random.next(200), new Shard(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token_ledger_hourly | cost_usd = cost_usd + 0.000000001 | cost_usd",
        "token_ledger_hourly | calls = calls + 1 | calls",
        "token_ledger_daily | input_tokens_unknown = input_tokens_unknown - 1 | input_tokens_unknown",
        "token_ledger_daily | list_cost_usd = list_cost_usd + 1 | list_cost_usd",
        "token_ledger_daily_users | duration_ms = duration_ms + 0.001 | duration_ms",
        "token_ledger_latency | duration_buckets = array_append(duration_buckets, 1) | duration_buckets",
        "token_ledger_latency | time_to_first_token_unknown = 99 | time_to_first_token_unknown",
      })
  void findsASumThatWasChanged(String table, String change, String column) throws SQLException {
    tamper("UPDATE token_ledger." + table + " SET " + change, table);

    List<Difference> found = differences(null, null);

    assertThat(found).hasSize(1);
    assertThat(found.get(0).table()).isEqualTo(table);
    assertThat(found.get(0).kind()).isEqualTo(Difference.Kind.UNEQUAL);
    assertThat(found.get(0).columns()).extracting(Difference.Column::name).containsExactly(column);
  }

  @Test
  void findsADimensionThatWasChanged() throws SQLException {
    tamper("UPDATE token_ledger.token_ledger_daily SET team = 'x'", "token_ledger_daily");

    List<Difference> found = differences(null, null);

    assertThat(found).hasSize(1);
    assertThat(found.get(0).dimensions()).containsEntry("team", "x");
  }

  @Test
  void findsASumThatIsGone() throws SQLException {
    tamper("DELETE FROM token_ledger.token_ledger_daily", "token_ledger_daily");

    assertThat(differences(null, null))
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.kind()).isEqualTo(Difference.Kind.MISSING);
              assertThat(difference.columns())
                  .contains(new Difference.Column("charges", null, "1"));
            });
  }

  @Test
  void findsRowsThatAreGone() throws SQLException {
    execute(
        "DELETE FROM token_ledger.token_ledger_events WHERE event_id = (SELECT event_id"
            + " FROM token_ledger.token_ledger_events WHERE user_id IS NOT NULL"
            + " AND usage_note IS NULL AND iterations IS NULL LIMIT 1)");

    assertThat(differences(null, null))
        .extracting(Difference::table)
        .containsExactlyInAnyOrder(
            "token_ledger_hourly",
            "token_ledger_daily",
            "token_ledger_daily_users",
            "token_ledger_latency");
  }

  @Test
  void looksOnlyAtTheDaysAskedFor() throws SQLException {
    execute(
        "UPDATE token_ledger.token_ledger_daily SET calls = calls + 1 WHERE day = '2026-02-28'");

    assertThat(differences(LocalDate.parse("2026-03-01"), null)).isEmpty();
    assertThat(differences(null, LocalDate.parse("2026-02-27"))).isEmpty();
    assertThat(differences(LocalDate.parse("2026-02-28"), LocalDate.parse("2026-02-28")))
        .isNotEmpty()
        .allSatisfy(found -> assertThat(found.time()).isEqualTo("2026-02-28"));
  }

  @Test
  void leavesDaysAloneWhoseRowsAreNotKept() throws SQLException {
    execute(
        "DELETE FROM token_ledger.token_ledger_events WHERE timestamp < '2026-02-28 12:00:00+00';"
            + " UPDATE token_ledger.token_ledger_retention SET floor = '2026-02-28 12:00:00+00'");

    Verification.Result result = new Verification(database).run(null, null, found -> {});

    assertThat(result.from()).isEqualTo("2026-03-01");
    assertThat(result.differences()).isZero();
    assertThat(result.calls()).isPositive();
  }

  @Test
  void saysThatThereIsNothingToCompare() throws SQLException {
    RandomRows.clear(database);

    Verification.Result result = new Verification(database).run(null, null, found -> {});

    assertThat(result.to()).isBefore(result.from());
    assertThat(result.differences()).isZero();
  }

  @Test
  void seesOneStateOfALedgerThatIsWrittenTo() throws SQLException {
    List<Difference> found = new ArrayList<>();
    tamper("UPDATE token_ledger.token_ledger_hourly SET errors = 7", "token_ledger_hourly");

    Verification.Result result =
        new Verification(database)
            .run(
                null,
                null,
                difference -> {
                  found.add(difference);
                  write(random.next(50));
                });

    assertThat(found).hasSize(1);
    assertThat(result.calls()).isEqualTo(200);
    assertThat(new Verification(database).run(null, null, again -> {}).calls()).isEqualTo(250);
  }

  private void write(List<EventRow> rows) {
    try {
      RandomRows.write(database, rows, new Shard(5));
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private List<Difference> differences(LocalDate from, LocalDate to) {
    List<Difference> found = new ArrayList<>();
    Verification.Result result = new Verification(database).run(from, to, found::add);
    assertThat(result.differences()).isEqualTo(found.size());
    return found;
  }

  /** Does it to one row of the table: of the first day, of a single charge. */
  private void tamper(String statement, String table) throws SQLException {
    String where =
        " WHERE ctid = (SELECT ctid FROM token_ledger."
            + table
            + " WHERE calls = 1 "
            + (table.equals("token_ledger_latency") ? "" : "AND charges = 1 ")
            + "ORDER BY key LIMIT 1)";
    execute(statement + where);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        var change = connection.createStatement()) {
      change.execute(sql);
    }
  }
}
