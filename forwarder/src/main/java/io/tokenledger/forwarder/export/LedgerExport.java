package io.tokenledger.forwarder.export;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.StoreException;
import java.io.IOException;
import java.io.Writer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes rows by the time at which they came into the ledger, in constant memory. A window that is
 * settled stays as it is, so that each row is in just one of the windows that follow each other.
 */
public final class LedgerExport {
  private static final int FETCH = 500;

  /**
   * Rows carry the clock of their forwarder and show when their transaction commits: five minutes
   * are for clocks that differ, and transactions that run longer are looked for. Of another role's
   * transaction Postgres shows the number only, not since when it runs.
   */
  private static final String SETTLED =
      """
      SELECT LEAST(now(), min(xact_start)) - interval '5 minutes' AS settled,
             array_agg(backend_xid::text) FILTER (WHERE xact_start IS NULL AND backend_xid IS NOT NULL) AS hidden
        FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND application_name = 'tokenledger-forwarder'
      """;

  private static final String STILL_RUNNING =
      "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_xid::text = ANY (?))";

  /** As long as a transaction of a forwarder may run that this role cannot see into. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private static final String ROWS =
      """
      SELECT * FROM token_ledger.token_ledger_events
       WHERE ingested_at < ? AND (?::timestamptz IS NULL OR ingested_at >= ?)
      """;

  private static final String CHANGED =
      ROWS + " OR repriced_at < ? AND (?::timestamptz IS NULL OR repriced_at >= ?)";

  /**
   * @param rows rows of the ledger in the window, those that were left out too
   * @param leftOut a sentence on those; empty for none
   */
  public record Result(long rows, String leftOut) {}

  private final Database database;

  public LedgerExport(Database database) {
    this.database = database;
  }

  /**
   * The time before which no more rows come, and none is repriced. Waits for transactions of
   * forwarders that run now and do not show when they began.
   *
   * @throws StoreException when one of these takes more than a minute
   */
  public Instant settled() {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SETTLED)) {
      row.next();
      Instant settled = row.getObject("settled", OffsetDateTime.class).toInstant();
      Array hidden = row.getArray("hidden");
      if (hidden != null) {
        awaitEnd(connection, hidden);
      }
      return settled;
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private static void awaitEnd(Connection connection, Array transactions) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (PreparedStatement running = connection.prepareStatement(STILL_RUNNING)) {
      running.setArray(1, transactions);
      while (isTrue(running)) {
        if (System.nanoTime() > deadline) {
          throw new StoreException(
              "A forwarder's transaction runs for more than a minute, and this role may not see"
                  + " since when: try again later, or let it see that (GRANT pg_read_all_stats).");
        }
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
    }
  }

  private static boolean isTrue(PreparedStatement question) throws SQLException {
    try (ResultSet row = question.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * Writes a window, in no particular order.
   *
   * @param from first {@code ingested_at}; null: from the beginning
   * @param until first {@code ingested_at} beyond the window
   * @param repriced also rows whose {@code repriced_at} is in the window: what is new of those that
   *     an earlier one had
   */
  public Result write(
      ExportFormat format, Instant from, Instant until, boolean repriced, Writer target)
      throws IOException {
    try (Connection connection = database.connect()) {
      // In autocommit the driver would read the whole result at once.
      connection.setAutoCommit(false);
      try (PreparedStatement select = connection.prepareStatement(repriced ? CHANGED : ROWS)) {
        OffsetDateTime lower = from == null ? null : from.atOffset(ZoneOffset.UTC);
        for (int window = 0; window < (repriced ? 2 : 1); window++) {
          select.setObject(3 * window + 1, until.atOffset(ZoneOffset.UTC));
          select.setObject(3 * window + 2, lower);
          select.setObject(3 * window + 3, lower);
        }
        select.setFetchSize(FETCH);
        try (ResultSet row = select.executeQuery()) {
          RowWriter writer = format.to(target);
          long rows = copy(writer, row);
          target.flush();
          return new Result(rows, writer.leftOut());
        }
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  /**
   * Writes rows of any table, all columns of them, as they come.
   *
   * @param format one that leaves nothing out
   * @return how many
   */
  public static long copy(ExportFormat format, ResultSet rows, Writer target)
      throws IOException, SQLException {
    return copy(format.to(target), rows);
  }

  private static long copy(RowWriter writer, ResultSet row) throws IOException, SQLException {
    writer.begin(row);
    long rows = 0;
    while (row.next()) {
      writer.row(row);
      rows++;
    }
    return rows;
  }
}
