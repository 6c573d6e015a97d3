package io.tokenledger.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AccountedProvider.Usage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a ledger against what an {@link AccountedProvider} answered. */
public final class AccountedLedger {
  private AccountedLedger() {}

  /** Every answer is one row with its counts; there is no other row, no gap, no dead letter. */
  public static void assertSame(ForwarderSetup forwarder, AccountedProvider provider)
      throws SQLException {
    try (Connection connection = forwarder.connect()) {
      assertThat(rows(connection)).isEqualTo(provider.answered());
      assertThat(count(connection, "token_ledger_gaps")).as("gaps").isZero();
      assertThat(count(connection, "token_ledger_dead_letters")).as("dead letters").isZero();
      assertThat(rolledUpInput(connection))
          .as("input tokens in the daily rollup")
          .isEqualTo(provider.answered().values().stream().mapToLong(Usage::input).sum());
    }
  }

  /**
   * Waits until so many rows are committed; fails with how many are, where everything stands, and
   * with what the processes printed and do.
   */
  public static void awaitRows(
      ForwarderSetup forwarder, int rows, Duration atMost, JavaProcess... processes)
      throws SQLException {
    try (Connection connection = forwarder.connect()) {
      Await.value(
          rows + " rows",
          atMost,
          () -> rowsNow(connection) >= rows ? Boolean.TRUE : null,
          () ->
              Stream.of(processes).allMatch(JavaProcess::isAlive)
                  ? null
                  : "a process ended\n" + details(forwarder, rowsNow(connection), processes),
          () -> details(forwarder, rowsNow(connection), processes));
    }
  }

  private static String details(ForwarderSetup forwarder, long rows, JavaProcess... processes) {
    return rows
        + " rows\n"
        + LedgerState.of(forwarder)
        + Stream.of(processes).map(JavaProcess::state).collect(Collectors.joining("\n"));
  }

  /** Rows in the ledger. */
  public static long rows(ForwarderSetup forwarder) throws SQLException {
    try (Connection connection = forwarder.connect()) {
      return count(connection, "token_ledger_events");
    }
  }

  /** Rows in the ledger; 0 while it has no schema yet. */
  private static long rowsNow(Connection connection) {
    try {
      return count(connection, "token_ledger_events");
    } catch (SQLException notYet) {
      return 0;
    }
  }

  private static Map<String, Usage> rows(Connection connection) throws SQLException {
    Map<String, Usage> rows = new TreeMap<>();
    try (ResultSet row =
        connection
            .createStatement()
            .executeQuery(
                "SELECT response_id, input_tokens, cached_tokens, output_tokens"
                    + " FROM token_ledger.token_ledger_events")) {
      while (row.next()) {
        Usage usage = new Usage(row.getLong(2), row.getLong(3), row.getLong(4));
        assertThat(rows.put(row.getString(1), usage)).as("first row of %s", usage).isNull();
      }
    }
    return rows;
  }

  private static long rolledUpInput(Connection connection) throws SQLException {
    return number(
        connection, "SELECT coalesce(sum(input_tokens), 0) FROM token_ledger.token_ledger_daily");
  }

  private static long count(Connection connection, String table) throws SQLException {
    return number(connection, "SELECT count(*) FROM token_ledger." + table);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
