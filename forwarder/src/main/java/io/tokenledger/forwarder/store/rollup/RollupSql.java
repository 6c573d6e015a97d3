package io.tokenledger.forwarder.store.rollup;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statement that adds a batch to a rollup. */
final class RollupSql {
  /** An hour that is gone must not come back as a part of itself. */
  private static final String RETAINED =
      " WHERE starts::timestamptz >= (SELECT hourly_floor FROM"
          + " token_ledger.token_ledger_retention)";

  private RollupSql() {}

  /**
   * Parameters: an array for each of the columns that vary, then a value for each of the others,
   * both in the order given. The columns are named as the table's, but {@code starts}, for the hour
   * or the day; {@code key} is one of those that vary.
   *
   * @param measures those of the columns that are added up; what is left out stays as it is
   */
  static String upsert(
      RollupTable table, List<String> varying, List<String> same, List<Measure> measures) {
    List<String> columns = new ArrayList<>(List.of(table.unit().column(), "key", "shard"));
    List<String> values =
        new ArrayList<>(List.of("starts::" + table.unit().type(), "key::uuid", "shard::smallint"));
    for (Dimension dimension : table.dimensions()) {
      columns.add(dimension.column());
      values.add(dimension.column() + "::" + dimension.type());
    }
    for (Measure measure : measures) {
      columns.add(measure.column());
      values.add(measure.column() + "::" + measure.type());
    }
    return "INSERT INTO token_ledger."
        + table.name()
        + " AS t ("
        + String.join(", ", columns)
        + ") SELECT "
        + String.join(", ", values)
        + " FROM unnest("
        + list(varying.stream().map(column -> "?"))
        + ") AS b ("
        + String.join(", ", varying)
        + ") CROSS JOIN (SELECT "
        + list(same.stream().map(column -> "?::text AS " + column))
        + ") AS s"
        + (table.unit() == RollupUnit.HOUR ? RETAINED : "")
        + " ON CONFLICT ("
        + table.unit().column()
        + ", key, shard) DO UPDATE SET "
        + list(measures.stream().map(measure -> measure.column() + " = " + measure.added()));
  }

  private static String list(Stream<String> items) {
    return items.collect(Collectors.joining(", "));
  }
}
