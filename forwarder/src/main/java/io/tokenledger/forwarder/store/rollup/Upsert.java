package io.tokenledger.forwarder.store.rollup;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.postgresql.PGConnection;

/**
 * One statement for all rows of a table: each column is an array, set in the order of the
 * statement. Not thread-safe.
 */
final class Upsert implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement statement;
  private int parameter = 1;

  Upsert(Connection connection, String sql) throws SQLException {
    this.connection = connection;
    this.statement = connection.prepareStatement(sql);
  }

  void keys(List<SortedRows.Keyed> keys, int dimensions, int shard) throws SQLException {
    statement.setInt(parameter++, shard);
    texts(keys, keyed -> Instant.ofEpochSecond(keyed.key().time()).toString());
    texts(keys, keyed -> keyed.uuid().toString());
    for (int i = 0; i < dimensions; i++) {
      int index = i;
      texts(keys, keyed -> keyed.key().dimension(index));
    }
  }

  <V> void texts(List<V> rows, Function<V, String> value) throws SQLException {
    array("text", rows.stream().map(value).toArray(String[]::new));
  }

  <V> void longs(List<V> rows, ToLongFunction<V> value) throws SQLException {
    array("int8", rows.stream().mapToLong(value).toArray());
  }

  <V> void decimals(List<V> rows, Function<V, BigDecimal> value) throws SQLException {
    array("numeric", rows.stream().map(value).toArray(BigDecimal[]::new));
  }

  void execute() throws SQLException {
    statement.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }

  private void array(String type, Object values) throws SQLException {
    PGConnection postgres = connection.unwrap(PGConnection.class);
    statement.setArray(parameter++, postgres.createArrayOf(type, values));
  }
}
