package io.tokenledger.forwarder.store.rollup;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statement that adds a batch to a rollup. */
final class RollupSql {
  /** An hour that is gone must not come back as a part of itself. */
  private static final String RETAINED =
      " WHERE b.time::timestamptz >= (SELECT hourly_floor FROM token_ledger.token_ledger_retention)";

  private RollupSql() {}

  /** Parameters: the shard, then an array each of times, keys, dimensions and measures. */
  static String upsert(
      String table, RollupUnit unit, List<Dimension> dimensions, List<Measure> measures) {
    List<String> names =
        Stream.concat(
                dimensions.stream().map(Dimension::column), measures.stream().map(Measure::column))
            .toList();
    String values =
        Stream.concat(
                dimensions.stream().map(d -> "b." + d.column() + "::" + d.type()),
                measures.stream().map(m -> "b." + m.column() + "::" + m.type()))
            .collect(Collectors.joining(", "));
    String arrays =
        Stream.concat(
                dimensions.stream().map(dimension -> "?::text[]"),
                measures.stream().map(measure -> "?::" + measure.sentAs()))
            .collect(Collectors.joining(", "));
    String sums =
        measures.stream()
            .map(measure -> measure.column() + " = " + measure.added())
            .collect(Collectors.joining(", "));
    String columns = String.join(", ", names);
    return "INSERT INTO token_ledger."
        + table
        + " AS t ("
        + unit.column()
        + ", key, shard, "
        + columns
        + ") SELECT b.time::"
        + unit.type()
        + ", b.key::uuid, ?::smallint, "
        + values
        + " FROM unnest(?::text[], ?::text[], "
        + arrays
        + ") AS b (time, key, "
        + columns
        + ")"
        + (unit == RollupUnit.HOUR ? RETAINED : "")
        + " ON CONFLICT ("
        + unit.column()
        + ", key, shard) DO UPDATE SET "
        + sums;
  }
}
