package io.tokenledger.forwarder.store.rollup;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.postgresql.PGConnection;

/**
 * One statement for all rows of a table. Half of its time in Postgres went to unfolding arrays of
 * thirty columns, so only what differs from row to row is an array: what all rows share is sent
 * once, and a measure that adds nothing to any of them is left alone. Numbers go as {@code int8}
 * where they fit, which the server reads and unfolds faster than {@code numeric}. Not thread-safe.
 */
final class Upsert {
  /** Any number of so many digits fits in a long. */
  private static final int MAX_LONG_DIGITS = 18;

  private final RollupTable table;
  private final List<String> varying = new ArrayList<>();
  private final List<String> same = new ArrayList<>();
  private final List<RollupSql.Addend> added = new ArrayList<>();
  private final List<TypedArray> arrays = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** An array as the driver makes it. */
  private record TypedArray(String type, Object elements) {}

  /**
   * @param keys in the order of the primary key; at least one
   */
  Upsert(RollupTable table, List<SortedRows.Keyed> keys, int shard) {
    this.table = table;
    same("shard", Integer.toString(shard));
    Map<Long, String> starts = new HashMap<>(); // of few hours, and to write one takes long
    column(
        "starts",
        keys,
        keyed ->
            starts.computeIfAbsent(
                keyed.key().time(), time -> Instant.ofEpochSecond(time).toString()));
    vary("key", "text", keys.stream().map(keyed -> keyed.uuid().toString()).toArray(String[]::new));
    for (int i = 0; i < table.dimensions().size(); i++) {
      int index = i;
      column(table.dimensions().get(i).column(), keys, keyed -> keyed.key().dimension(index));
    }
  }

  <V> void longs(Measure measure, List<V> rows, ToLongFunction<V> value) {
    long[] all = rows.stream().mapToLong(value).toArray();
    if (Arrays.stream(all).anyMatch(each -> each != 0)) {
      add(measure, null, "int8", all);
    }
  }

  <V> void decimals(Measure measure, List<V> rows, Function<V, BigDecimal> value) {
    BigDecimal[] all = rows.stream().map(value).toArray(BigDecimal[]::new);
    if (Arrays.stream(all).allMatch(each -> each.signum() == 0)) {
      return;
    }
    int scale = all[0].scale();
    if (Arrays.stream(all).allMatch(each -> isLong(each, scale))) {
      String factor = scale == 0 ? null : BigDecimal.valueOf(1, scale).toPlainString();
      long[] unscaled =
          Arrays.stream(all).mapToLong(each -> each.unscaledValue().longValue()).toArray();
      add(measure, factor, "int8", unscaled);
    } else {
      add(measure, null, "numeric", all);
    }
  }

  <V> void texts(Measure measure, List<V> rows, Function<V, String> value) {
    add(measure, null, "text", rows.stream().map(value).toArray(String[]::new));
  }

  void execute(Connection connection) throws SQLException {
    if (added.isEmpty()) {
      return;
    }
    PGConnection postgres = connection.unwrap(PGConnection.class);
    String sql = RollupSql.upsert(table, varying, same, added);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (TypedArray array : arrays) {
        statement.setArray(parameter++, postgres.createArrayOf(array.type(), array.elements()));
      }
      for (String value : values) {
        statement.setString(parameter++, value);
      }
      statement.executeUpdate();
    }
  }

  private static boolean isLong(BigDecimal value, int scale) {
    return value.scale() == scale && value.precision() <= MAX_LONG_DIGITS && scale >= 0;
  }

  private void column(
      String name, List<SortedRows.Keyed> keys, Function<SortedRows.Keyed, String> value) {
    String[] all = new String[keys.size()];
    boolean differ = false;
    for (int i = 0; i < all.length; i++) {
      all[i] = value.apply(keys.get(i));
      differ |= !Objects.equals(all[i], all[0]);
    }
    if (differ) {
      vary(name, "text", all);
    } else {
      same(name, all[0]);
    }
  }

  private void add(Measure measure, String factor, String type, Object elements) {
    added.add(new RollupSql.Addend(measure, factor));
    vary(measure.column(), type, elements);
  }

  private void vary(String name, String type, Object elements) {
    varying.add(name);
    arrays.add(new TypedArray(type, elements));
  }

  private void same(String name, String value) {
    same.add(name);
    values.add(value);
  }
}
