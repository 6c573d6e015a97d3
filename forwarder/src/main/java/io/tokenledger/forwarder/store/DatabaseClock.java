package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The time by Postgres, which all forwarders of a ledger share: what is booked where, what is kept
 * and what goes must not hang on the clock of a host that jumped. Thread-safe.
 */
public final class DatabaseClock extends Clock {
  private final Database database;

  public DatabaseClock(Database database) {
    this.database = database;
  }

  /** The time now, within a transaction too. */
  public static Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  /**
   * Takes a connection to ask.
   *
   * @throws StoreException when the database fails
   */
  @Override
  public Instant instant() {
    try (Connection connection = database.connect()) {
      return now(connection);
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("instants only");
  }
}
