package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.forwarder.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Recomputes the rollups out of the rows and compares them, day by day, in one snapshot: a
 * forwarder may go on writing meanwhile. The server adds up; here is never more than a page of
 * differences.
 */
public final class Verification {
  private static final List<RollupTable> TABLES =
      List.of(RollupTable.HOURLY, RollupTable.DAILY, RollupTable.DAILY_USERS, RollupTable.LATENCY);

  private static final int PAGE = 100;

  private static final String CALLS =
      "SELECT COALESCE(sum(calls), 0)::bigint FROM token_ledger.token_ledger_daily"
          + " WHERE day BETWEEN ? AND ?";

  /**
   * What was compared.
   *
   * @param from first day, UTC
   * @param to last day, UTC, included; before the first where there was nothing to compare
   * @param calls that the rollup knows of that time
   */
  public record Result(LocalDate from, LocalDate to, long calls, long differences) {}

  private final Database database;

  public Verification(Database database) {
    this.database = database;
  }

  /**
   * Compares what is kept of a time.
   *
   * @param from first day, UTC; null: as far back as rows are kept
   * @param to last day, UTC, included; null: as far as there are any
   * @param found takes each difference as it is found
   * @throws io.tokenledger.forwarder.store.StoreException when the ledger cannot be read
   */
  public Result run(LocalDate from, LocalDate to, Consumer<Difference> found) {
    try (Connection connection = database.connectToSnapshot()) {
      try {
        RetainedTime time = RetainedTime.of(connection).within(from, to);
        long differences = 0;
        for (LocalDate day = time.from(); !day.isAfter(time.to()); day = day.plusDays(1)) {
          for (RollupTable table : TABLES) {
            differences += compare(connection, table, day, time, found);
          }
        }
        return new Result(time.from(), time.to(), calls(connection, time), differences);
      } finally {
        connection.rollback();
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private static long compare(
      Connection connection,
      RollupTable table,
      LocalDate day,
      RetainedTime time,
      Consumer<Difference> found)
      throws SQLException {
    Instant from = time.startOf(day, table.unit());
    Instant until = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    long differences = 0;
    try (PreparedStatement query =
        connection.prepareStatement(VerificationSql.differences(table))) {
      query.setFetchSize(PAGE);
      for (int range = 0; range < 2; range++) {
        query.setObject(2 * range + 1, from.atOffset(ZoneOffset.UTC));
        query.setObject(2 * range + 2, until.atOffset(ZoneOffset.UTC));
      }
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.accept(difference(table, row));
          differences++;
        }
      }
    }
    return differences;
  }

  private static Difference difference(RollupTable table, ResultSet row) throws SQLException {
    int column = 1;
    String time = row.getString(column++);
    Map<String, String> dimensions = new LinkedHashMap<>();
    for (Dimension dimension : table.dimensions()) {
      dimensions.put(dimension.column(), row.getString(column++));
    }
    boolean stored = row.getBoolean(column++);
    boolean recomputed = row.getBoolean(column++);
    List<Difference.Column> columns = new ArrayList<>();
    for (Measure measure : table.measures()) {
      String before = row.getString(column++);
      String after = row.getString(column++);
      if (!Objects.equals(before, after)) {
        columns.add(new Difference.Column(measure.column(), before, after));
      }
    }
    Difference.Kind kind =
        !stored
            ? Difference.Kind.MISSING
            : recomputed ? Difference.Kind.UNEQUAL : Difference.Kind.SURPLUS;
    return new Difference(table.name(), kind, time, dimensions, columns);
  }

  private static long calls(Connection connection, RetainedTime time) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(CALLS)) {
      query.setObject(1, time.from());
      query.setObject(2, time.to());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
