package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Months of {@code token_ledger_events}: which may be written, and that they are there. */
public final class Partitions {
  private static final int MONTHS_AHEAD = 3;

  /** A clock this far ahead is wrong, not early. */
  private static final Duration MAX_AHEAD = Duration.ofHours(1);

  private static final long SECONDS_OF_A_DAY = 86_400;

  private Partitions() {}

  /** The time before which nothing is booked any more. */
  static Instant floor(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT floor FROM token_ledger.token_ledger_retention")) {
      return row.next() ? row.getTimestamp(1).toInstant() : Instant.EPOCH;
    }
  }

  /** Where a row of that time is booked. */
  static Instant book(Instant timestamp, Instant now, Instant floor) {
    return timestamp.isAfter(now.plus(MAX_AHEAD)) || timestamp.isBefore(floor) ? now : timestamp;
  }

  /**
   * Makes the partitions of this month and of the three after it, so that no drain waits for one.
   */
  public static void ensureAhead(Connection connection, Instant now) throws SQLException {
    OffsetDateTime month = now.atOffset(ZoneOffset.UTC).withDayOfMonth(1);
    ensure(
        connection,
        IntStream.rangeClosed(0, MONTHS_AHEAD)
            .mapToObj(ahead -> month.plusMonths(ahead).toInstant())
            .toList());
  }

  /** Makes the missing partitions of these times. */
  static void ensure(Connection connection, Collection<Instant> times) throws SQLException {
    TreeSet<LocalDate> months = new TreeSet<>();
    long lastDay = Long.MIN_VALUE;
    for (Instant time : times) {
      long day = Math.floorDiv(time.getEpochSecond(), SECONDS_OF_A_DAY);
      if (day != lastDay) {
        months.add(LocalDate.ofEpochDay(day).withDayOfMonth(1));
        lastDay = day;
      }
    }
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT token_ledger.ensure_partition(?)")) {
      for (LocalDate month : months) {
        statement.setObject(1, month);
        statement.execute();
      }
    }
  }
}
