package io.tokenledger.forwarder.export;

import io.tokenledger.forwarder.store.Database;
import java.io.IOException;
import java.io.Writer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Writes rows by the time at which they came into the ledger, in constant memory. A window that is
 * settled stays as it is, so that each row is in just one of the windows that follow each other.
 */
public final class LedgerExport {
  private static final int FETCH = 500;

  /**
   * Rows carry the clock of their forwarder and show when their transaction commits: five minutes
   * are for clocks that differ, and transactions that run longer are looked for.
   */
  private static final String SETTLED =
      """
      SELECT LEAST(now(), min(xact_start)) - interval '5 minutes'
        FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND application_name = 'tokenledger-forwarder'
      """;

  private static final String ROWS =
      """
      SELECT * FROM token_ledger.token_ledger_events
       WHERE ingested_at < ? AND (?::timestamptz IS NULL OR ingested_at >= ?)
      """;

  /**
   * @param rows rows of the ledger in the window, those that were left out too
   * @param leftOut a sentence on those; empty for none
   */
  public record Result(long rows, String leftOut) {}

  private final Database database;

  public LedgerExport(Database database) {
    this.database = database;
  }

  /** The time before which no more rows come. */
  public Instant settled() {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SETTLED)) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  /**
   * Writes a window, in no particular order.
   *
   * @param from first {@code ingested_at}; null: from the beginning
   * @param until first {@code ingested_at} beyond the window
   */
  public Result write(ExportFormat format, Instant from, Instant until, Writer target)
      throws IOException {
    try (Connection connection = database.connect()) {
      // In autocommit the driver would read the whole result at once.
      connection.setAutoCommit(false);
      try (PreparedStatement select = connection.prepareStatement(ROWS)) {
        OffsetDateTime lower = from == null ? null : from.atOffset(ZoneOffset.UTC);
        select.setObject(1, until.atOffset(ZoneOffset.UTC));
        select.setObject(2, lower);
        select.setObject(3, lower);
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
