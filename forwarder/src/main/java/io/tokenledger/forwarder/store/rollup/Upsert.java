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
 * once, measures that add the same numbers share an array, and a measure that adds nothing to any
 * row is left alone. Numbers go as {@code int8} where they fit, which the server reads and unfolds
 * faster than {@code numeric}. Not thread-safe.
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
      add(measure, "%s", "int8", all);
    }
  }

  <V> void decimals(Measure measure, List<V> rows, Function<V, BigDecimal> value) {
    BigDecimal[] all = rows.stream().map(value).toArray(BigDecimal[]::new);
    if (Arrays.stream(all).allMatch(each -> each.signum() == 0)) {
      return;
    }
    int scale = Arrays.stream(all).mapToInt(BigDecimal::scale).reduce(0, Math::max);
    if (Arrays.stream(all).allMatch(each -> isLong(each, scale))) {
      add(measure, product(scale), "int8", unscaled(all, scale));
    } else {
      add(measure, "%s", "numeric", all);
    }
  }

  <V> void texts(Measure measure, List<V> rows, Function<V, String> value) {
    add(measure, "%s::bigint[]", "text", rows.stream().map(value).toArray(String[]::new));
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
    return value.precision() - value.scale() + scale <= MAX_LONG_DIGITS;
  }

  private static long[] unscaled(BigDecimal[] values, int scale) {
    return Arrays.stream(values)
        .mapToLong(value -> value.setScale(scale).unscaledValue().longValue())
        .toArray();
  }

  /** Trimmed, for with one scale for all most end in zeros. */
  private static String product(int scale) {
    return scale == 0
        ? "%s::numeric"
        : "trim_scale(%s::numeric * " + BigDecimal.valueOf(1, scale).toPlainString() + ")";
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

  /**
   * @param value as SQL, with %s for the name of the array's column
   */
  private void add(Measure measure, String value, String type, Object elements) {
    String column = columnOf(elements);
    if (column == null) {
      column = measure.column();
      vary(column, type, elements);
    }
    added.add(new RollupSql.Addend(measure, String.format(value, column)));
  }

  /** Of the same numbers, such as calls and charges, or cost and list cost; null: not sent yet. */
  private String columnOf(Object elements) {
    for (int i = 0; i < arrays.size(); i++) {
      if (elements instanceof long[] more
          && arrays.get(i).elements() instanceof long[] sent
          && Arrays.equals(more, sent)) {
        return varying.get(i);
      }
    }
    return null;
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
