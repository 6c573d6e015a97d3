package io.tokenledger.forwarder.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.locks.LockSupport;

/**
 * Transactions of forwarders that are open. Their rows carry an {@code ingested_at} that is earlier
 * than their commit: who counts what came until a time has to wait for those. Stateless.
 */
final class OpenTransactions {
  /** Of other roles neither the time nor what they do can be seen. */
  private static final String HIDDEN =
      """
      SELECT array_agg(backend_xid::text) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND application_name = 'tokenledger-forwarder'
         AND xact_start IS NULL AND backend_xid IS NOT NULL
      """;

  private static final String ARE_OPEN =
      """
      SELECT EXISTS (SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND application_name = 'tokenledger-forwarder'
         AND (xact_start <= ? AND (backend_xid IS NOT NULL OR ?) OR backend_xid::text = ANY (?)))
      """;

  /** In a transaction the server shows what it showed first. */
  private static final String LOOK_ANEW = "SELECT pg_stat_clear_snapshot()";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Who has not written this long after it began only reads: a drain writes at once. */
  private static final Duration UNDECIDED = Duration.ofSeconds(2);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private OpenTransactions() {}

  /**
   * Waits until what forwarders began before a time, which has passed, is committed or undone.
   *
   * @throws StoreException when one of them takes more than a minute
   */
  static void awaitEnd(Connection connection, Instant begunBefore) throws SQLException {
    long start = System.nanoTime();
    try (PreparedStatement open = connection.prepareStatement(ARE_OPEN);
        Statement anew = connection.createStatement()) {
      open.setObject(1, begunBefore.atOffset(ZoneOffset.UTC));
      open.setArray(3, hidden(connection));
      while (areOpen(open, System.nanoTime() - start < UNDECIDED.toNanos())) {
        if (System.nanoTime() - start > PATIENCE.toNanos()
            || Thread.currentThread().isInterrupted()) {
          throw new StoreException(
              "A forwarder's transaction is open for more than a minute, and what it writes would be"
                  + " missed. Nothing was changed: try again when it has ended (pg_stat_activity).");
        }
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        anew.execute(LOOK_ANEW);
      }
    }
  }

  private static Array hidden(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(HIDDEN)) {
      row.next();
      Array transactions = row.getArray(1);
      return transactions != null ? transactions : connection.createArrayOf("text", new String[0]);
    }
  }

  private static boolean areOpen(PreparedStatement question, boolean undecidedToo)
      throws SQLException {
    question.setBoolean(2, undecidedToo);
    try (ResultSet row = question.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
