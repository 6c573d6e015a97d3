package io.tokenledger.forwarder.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What retention asks and tells the database. Connections are in autocommit. Stateless. */
final class RetentionStore {
  private static final String PARTITIONS =
      """
      SELECT c.relname, i.inhrelid IS NOT NULL AS attached, COALESCE(i.inhdetachpending, false) AS pending,
             pg_total_relation_size(c.oid) AS bytes, pg_has_role(c.relowner, 'USAGE') AS owned
        FROM pg_class c
        LEFT JOIN pg_inherits i
          ON i.inhrelid = c.oid AND i.inhparent = 'token_ledger.token_ledger_events'::regclass
       WHERE c.relnamespace = 'token_ledger'::regnamespace AND c.relkind = 'r'
         AND c.relname ~ '^token_ledger_events_[0-9]{4}_[0-9]{2}$'
       ORDER BY c.relname
      """;

  private static final String CLAIM =
      """
      INSERT INTO token_ledger.token_ledger_dropped_months AS m (month, holder, held_until)
      VALUES (?, ?, now() + make_interval(secs => ?))
      ON CONFLICT (month) DO UPDATE SET holder = EXCLUDED.holder, held_until = EXCLUDED.held_until
       WHERE m.holder IS NULL OR m.holder = EXCLUDED.holder OR m.held_until < now()
      """;

  /** One that is older than a repricing of its rows is none. */
  private static final String EXPORT =
      """
      SELECT m.events, m.export_file FROM token_ledger.token_ledger_dropped_months m
       WHERE m.month = ? AND m.exported_at IS NOT NULL AND m.dropped_at IS NULL
         AND NOT EXISTS (
           SELECT FROM token_ledger.token_ledger_repricings r
            WHERE r.timestamp >= m.month::timestamp AT TIME ZONE 'UTC'
              AND r.timestamp < (m.month + interval '1 month') AT TIME ZONE 'UTC'
              AND r.repriced_at > m.exported_at)
      """;

  private static final String EXPORTED =
      """
      UPDATE token_ledger.token_ledger_dropped_months
         SET events = ?, bytes = ?, export_file = ?, export_sha256 = ?, exported_at = now()
       WHERE month = ?
      """;

  /** A month that was written to a file. */
  record Exported(long events, String file) {}

  List<Partition> partitions(Connection connection) throws SQLException {
    List<Partition> partitions = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(PARTITIONS)) {
      while (row.next()) {
        partitions.add(
            Partition.of(
                row.getString("relname"),
                row.getBoolean("attached"),
                row.getBoolean("pending"),
                row.getLong("bytes"),
                row.getBoolean("owned")));
      }
    }
    return partitions;
  }

  Optional<Partition> partition(Connection connection, YearMonth month) throws SQLException {
    return partitions(connection).stream()
        .filter(partition -> partition.month().equals(month))
        .findFirst();
  }

  long rows(Connection connection, Partition partition) throws SQLException {
    String sql =
        partition.isVisible()
            ? "SELECT count(*) FROM token_ledger.token_ledger_events WHERE timestamp >= ?"
                + " AND timestamp < ?"
            : "SELECT count(*) FROM " + partition.table();
    try (PreparedStatement count = connection.prepareStatement(sql)) {
      if (partition.isVisible()) {
        bindMonth(count, partition.month(), 1);
      }
      return number(count);
    }
  }

  void raiseFloor(Connection connection, YearMonth firstKept) throws SQLException {
    try (PreparedStatement raise =
        connection.prepareStatement("SELECT token_ledger.raise_floor(?)")) {
      raise.setObject(1, firstKept.atDay(1));
      raise.execute();
    }
  }

  /** A number that {@link #oldestOpen} reaches once all transactions of now have ended. */
  long nextTransaction(Connection connection) throws SQLException {
    return number(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
  }

  long oldestOpen(Connection connection) throws SQLException {
    return number(connection, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
  }

  /** Takes a month, so that no two forwarders export it; false: another has it. */
  boolean claim(Connection connection, YearMonth month, String holder, Duration time)
      throws SQLException {
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setObject(1, month.atDay(1));
      claim.setString(2, holder);
      claim.setDouble(3, time.toSeconds());
      return claim.executeUpdate() == 1;
    }
  }

  void release(Connection connection, YearMonth month, String holder) throws SQLException {
    try (PreparedStatement release =
        connection.prepareStatement(
            "UPDATE token_ledger.token_ledger_dropped_months SET holder = NULL, held_until = NULL"
                + " WHERE month = ? AND holder = ?")) {
      release.setObject(1, month.atDay(1));
      release.setString(2, holder);
      release.executeUpdate();
    }
  }

  Optional<Exported> exported(Connection connection, YearMonth month) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(EXPORT)) {
      select.setObject(1, month.atDay(1));
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Exported(row.getLong(1), row.getString(2)))
            : Optional.empty();
      }
    }
  }

  void exported(Connection connection, Partition partition, MonthExport.Written written)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(EXPORTED)) {
      update.setLong(1, written.rows());
      update.setLong(2, partition.bytes());
      update.setString(3, written.file().toString());
      update.setString(4, written.sha256());
      update.setObject(5, partition.month().atDay(1));
      update.executeUpdate();
    }
  }

  void counted(Connection connection, Partition partition, long rows) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE token_ledger.token_ledger_dropped_months SET events = ?, bytes = ?"
                + " WHERE month = ?")) {
      update.setLong(1, rows);
      update.setLong(2, partition.bytes());
      update.setObject(3, partition.month().atDay(1));
      update.executeUpdate();
    }
  }

  /**
   * Takes a month out of the table while everybody reads and writes on; waits for who reads it.
   *
   * @throws SQLException after the time at the latest; the detaching is pending then
   */
  void detach(Connection connection, Partition partition, Duration atMost) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) atMost.toSeconds());
      statement.execute(
          "ALTER TABLE token_ledger.token_ledger_events DETACH PARTITION "
              + partition.table()
              + (partition.pending() ? " FINALIZE" : " CONCURRENTLY"));
    }
  }

  void drop(Connection connection, YearMonth month) throws SQLException {
    try (PreparedStatement drop =
        connection.prepareStatement("SELECT token_ledger.drop_partition(?)")) {
      drop.setObject(1, month.atDay(1));
      drop.execute();
    }
  }

  long expire(Connection connection, String kind, Instant before, int most) throws SQLException {
    try (PreparedStatement expire =
        connection.prepareStatement("SELECT token_ledger.expire_rows(?, ?, ?)")) {
      expire.setString(1, kind);
      expire.setObject(2, before.atOffset(ZoneOffset.UTC));
      expire.setInt(3, most);
      return number(expire);
    }
  }

  static void bindMonth(PreparedStatement statement, YearMonth month, int parameter)
      throws SQLException {
    statement.setObject(parameter, start(month.atDay(1)));
    statement.setObject(parameter + 1, start(month.plusMonths(1).atDay(1)));
  }

  private static OffsetDateTime start(LocalDate day) {
    return day.atStartOfDay().atOffset(ZoneOffset.UTC);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return number(statement);
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
