package io.tokenledger.forwarder.store;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Months that are closed: their rows keep their costs, and later ones are told apart. */
public final class ClosedMonths {
  /** While a month is being closed none is repriced; who only reads waits for neither. */
  private static final String LOCK = "LOCK TABLE token_ledger.token_ledger_closed_months IN ";

  private static final String CLOSE =
      """
      INSERT INTO token_ledger.token_ledger_closed_months AS m (month, closed_at, events, cost_usd)
      SELECT ?::date, ?, count(*), COALESCE(sum(e.cost_usd), 0)
      FROM token_ledger.token_ledger_events e
      WHERE e.timestamp >= ?::date::timestamp AT TIME ZONE 'UTC'
        AND e.timestamp < (?::date + interval '1 month') AT TIME ZONE 'UTC'
        AND e.ingested_at <= ?
        AND e.billed IS DISTINCT FROM false
        AND NOT COALESCE('counted_elsewhere' = ANY (e.usage_note), false)
      ON CONFLICT (month) DO UPDATE SET closed_at = EXCLUDED.closed_at, closed_by = current_user,
        events = EXCLUDED.events, cost_usd = EXCLUDED.cost_usd, reopened_at = NULL
      WHERE m.reopened_at IS NOT NULL
      RETURNING events, cost_usd, closed_at
      """;

  private static final String CLOSED_ALREADY =
      "SELECT events, cost_usd, closed_at FROM token_ledger.token_ledger_closed_months"
          + " WHERE reopened_at IS NULL AND month = ?";

  private static final String CLOSED =
      "SELECT month FROM token_ledger.token_ledger_closed_months"
          + " WHERE reopened_at IS NULL AND month BETWEEN ? AND ? ORDER BY month";

  private static final String DROPPED =
      "SELECT month FROM token_ledger.token_ledger_dropped_months"
          + " WHERE dropped_at IS NOT NULL AND month BETWEEN ? AND ? ORDER BY month";

  private static final String REOPEN =
      "UPDATE token_ledger.token_ledger_closed_months SET reopened_at = now()"
          + " WHERE reopened_at IS NULL AND month BETWEEN ? AND ?";

  /**
   * What a month came to when it was closed.
   *
   * @param before whether it was closed already
   * @param events rows that came until then, without those that are billed elsewhere and repeats
   * @param costUsd what is known of their cost
   */
  public record Closed(boolean before, long events, BigDecimal costUsd, Instant at) {}

  private ClosedMonths() {}

  /**
   * Closes a month with the rows that came until now; each that comes later is "since close". Waits
   * for forwarders' transactions that are open, since their rows came before they are there.
   *
   * @param connection in autocommit
   * @return what it came to, now or when it was closed before
   * @throws StoreException when such a transaction takes more than a minute
   */
  public static Closed close(Connection connection, YearMonth month) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(LOCK + "EXCLUSIVE MODE");
      Closed closed = closeLocked(connection, month);
      connection.commit();
      connection.setAutoCommit(true);
      return closed;
    } catch (SQLException | RuntimeException failure) {
      try {
        connection.rollback();
      } catch (SQLException broken) {
        failure.addSuppressed(broken);
      }
      throw failure;
    }
  }

  /**
   * Refuses to change rows of closed months, and keeps those that are open from being closed until
   * the transaction ends.
   *
   * @throws StoreException when one that the days touch is closed
   */
  static void requireOpen(Connection connection, LocalDate from, LocalDate to) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(LOCK + "ROW SHARE MODE");
    }
    List<YearMonth> closed = closed(connection, from, to);
    if (!closed.isEmpty()) {
      throw new StoreException(
          closed.get(0)
              + " was closed meanwhile: the rows that were not reached keep their costs, what was"
              + " done stays.");
    }
  }

  private static Closed closeLocked(Connection connection, YearMonth month) throws SQLException {
    LocalDate first = month.atDay(1);
    Instant now = DatabaseClock.now(connection);
    OpenTransactions.awaitEnd(connection, now);
    try (PreparedStatement close = connection.prepareStatement(CLOSE)) {
      OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
      close.setObject(1, first);
      close.setObject(2, at);
      close.setObject(3, first);
      close.setObject(4, first);
      close.setObject(5, at);
      try (ResultSet row = close.executeQuery()) {
        if (row.next()) {
          return closed(row, false);
        }
      }
    }
    try (PreparedStatement before = connection.prepareStatement(CLOSED_ALREADY)) {
      before.setObject(1, first);
      try (ResultSet row = before.executeQuery()) {
        if (!row.next()) {
          throw new StoreException(
              month + " was opened while it was to be closed: close it again.");
        }
        return closed(row, true);
      }
    }
  }

  private static Closed closed(ResultSet row, boolean before) throws SQLException {
    return new Closed(
        before, row.getLong(1), row.getBigDecimal(2), row.getTimestamp(3).toInstant());
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
