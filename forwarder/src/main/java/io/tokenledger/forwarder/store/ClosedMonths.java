package io.tokenledger.forwarder.store;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/** Months that are closed: their rows keep their costs, and later ones are told apart. */
public final class ClosedMonths {
  private static final String CLOSE =
      """
      INSERT INTO token_ledger.token_ledger_closed_months AS m (month, events, cost_usd)
      SELECT ?::date, count(*), COALESCE(sum(e.cost_usd), 0)
      FROM token_ledger.token_ledger_events e
      WHERE e.timestamp >= ?::date::timestamp AT TIME ZONE 'UTC'
        AND e.timestamp < (?::date + interval '1 month') AT TIME ZONE 'UTC'
        AND e.billed IS DISTINCT FROM false
        AND NOT COALESCE('counted_elsewhere' = ANY (e.usage_note), false)
      ON CONFLICT (month) DO UPDATE SET closed_at = now(), closed_by = current_user,
        events = EXCLUDED.events, cost_usd = EXCLUDED.cost_usd, reopened_at = NULL
      WHERE m.reopened_at IS NOT NULL
      RETURNING events, cost_usd, closed_at
      """;

  private static final String CLOSED =
      "SELECT month FROM token_ledger.token_ledger_closed_months"
          + " WHERE reopened_at IS NULL AND month BETWEEN ? AND ? ORDER BY month";

  private static final String DROPPED =
      "SELECT month FROM token_ledger.token_ledger_dropped_months"
          + " WHERE dropped_at IS NOT NULL AND month BETWEEN ? AND ? ORDER BY month";

  private static final String REOPEN =
      "UPDATE token_ledger.token_ledger_closed_months SET reopened_at = now()"
          + " WHERE reopened_at IS NULL AND month BETWEEN ? AND ?";

  /** What a month came to when it was closed. */
  public record Closed(long events, BigDecimal costUsd, Instant at) {}

  private ClosedMonths() {}

  /**
   * Closes a month.
   *
   * @return null when it is closed already
   */
  public static Closed close(Connection connection, YearMonth month) throws SQLException {
    try (PreparedStatement close = connection.prepareStatement(CLOSE)) {
      LocalDate first = month.atDay(1);
      close.setObject(1, first);
      close.setObject(2, first);
      close.setObject(3, first);
      try (ResultSet row = close.executeQuery()) {
        return row.next()
            ? new Closed(row.getLong(1), row.getBigDecimal(2), row.getTimestamp(3).toInstant())
            : null;
      }
    }
  }

  /** The closed months that a range of days touches. */
  public static List<YearMonth> closed(Connection connection, LocalDate from, LocalDate to)
      throws SQLException {
    return months(connection, CLOSED, from, to);
  }

  /** The months that a range of days touches whose rows retention dropped. */
  public static List<YearMonth> dropped(Connection connection, LocalDate from, LocalDate to)
      throws SQLException {
    return months(connection, DROPPED, from, to);
  }

  /** Opens the closed months that a range of days touches; that they were is kept. */
  public static void reopen(Connection connection, LocalDate from, LocalDate to)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(REOPEN)) {
      update.setObject(1, from.withDayOfMonth(1));
      update.setObject(2, to);
      update.executeUpdate();
    }
  }

  private static List<YearMonth> months(
      Connection connection, String sql, LocalDate from, LocalDate to) throws SQLException {
    List<YearMonth> months = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, from.withDayOfMonth(1));
      select.setObject(2, to);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          months.add(YearMonth.from(rows.getObject(1, LocalDate.class)));
        }
      }
    }
    return months;
  }
}
