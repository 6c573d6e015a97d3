package io.tokenledger.forwarder.store.rollup;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The time of which both rows and rollups are kept.
 *
 * @param from first day, UTC
 * @param to last day, UTC, included
 * @param hourlyFrom start of the first hour that is kept
 */
record RetainedTime(LocalDate from, LocalDate to, Instant hourlyFrom) {
  /** A day or hour of which only a part is kept has a sum that nobody can recompute. */
  private static final String QUERY =
      """
      SELECT
        (SELECT ((floor + interval '1 day' - interval '1 us') AT TIME ZONE 'UTC')::date
           FROM token_ledger.token_ledger_retention),
        (SELECT date_trunc('hour', hourly_floor + interval '1 hour' - interval '1 us')
           FROM token_ledger.token_ledger_retention),
        least(
          (SELECT (min(timestamp) AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_events),
          (SELECT (min(hour) AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_hourly),
          (SELECT (min(hour) AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_latency),
          (SELECT min(day) FROM token_ledger.token_ledger_daily),
          (SELECT min(day) FROM token_ledger.token_ledger_daily_users)),
        greatest(
          (SELECT (max(timestamp) AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_events),
          (SELECT (max(hour) AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_hourly),
          (SELECT (max(hour) AT TIME ZONE 'UTC')::date FROM token_ledger.token_ledger_latency),
          (SELECT max(day) FROM token_ledger.token_ledger_daily),
          (SELECT max(day) FROM token_ledger.token_ledger_daily_users))
      """;

  /** Of a ledger; without any row or sum its last day is before its first. */
  static RetainedTime of(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      LocalDate floor = row.getObject(1, LocalDate.class);
      Instant hourlyFloor = row.getObject(2, OffsetDateTime.class).toInstant();
      LocalDate first = row.getObject(3, LocalDate.class);
      LocalDate last = row.getObject(4, LocalDate.class);
      return first == null
          ? new RetainedTime(floor, floor.minusDays(1), hourlyFloor)
          : new RetainedTime(later(floor, first), last, hourlyFloor);
    }
  }

  /** As much of it as lies between two days, both included; null: no bound. */
  RetainedTime within(LocalDate first, LocalDate last) {
    return new RetainedTime(
        first == null ? from : later(from, first),
        last == null || last.isAfter(to) ? to : last,
        hourlyFrom);
  }

  boolean isEmpty() {
    return to.isBefore(from);
  }

  /** When a day begins, for rollups by this unit; not before its next day if it is not kept. */
  Instant startOf(LocalDate day, RollupUnit unit) {
    Instant start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
    return unit == RollupUnit.HOUR && hourlyFrom.isAfter(start) ? hourlyFrom : start;
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }
}
