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

  /**
   * A column that is added up.
   *
   * @param factor what its numbers are to be multiplied by, as SQL writes it; null for nothing
   */
  record Addend(Measure measure, String factor) {
    private String value() {
      String given = measure.column() + "::" + measure.type();
      return factor == null ? given : given + " * " + factor;
    }
  }

  private RollupSql() {}

  /**
   * Parameters: an array for each of the columns that vary, then a value for each of the others,
   * both in the order given. The columns are named as the table's, but {@code starts}, for the hour
   * or the day; {@code key} is one of those that vary.
   *
   * @param addends those of the columns that are added up; what is left out stays as it is
   */
  static String upsert(
      RollupTable table, List<String> varying, List<String> same, List<Addend> addends) {
    List<String> columns = new ArrayList<>(List.of(table.unit().column(), "key", "shard"));
    List<String> values =
        new ArrayList<>(List.of("starts::" + table.unit().type(), "key::uuid", "shard::smallint"));
    for (Dimension dimension : table.dimensions()) {
      columns.add(dimension.column());
      values.add(dimension.column() + "::" + dimension.type());
    }
    for (Addend addend : addends) {
      columns.add(addend.measure().column());
      values.add(addend.value());
    }
    return "INSERT INTO token_ledger."
        + table.name()
        + " AS t ("
        + String.join(", ", columns)
        + ") SELECT "
        + String.join(", ", values)
        + " FROM (SELECT "
        + list(varying.stream().map(column -> "unnest(?) AS " + column))
        + ") AS b CROSS JOIN (SELECT "
        + list(same.stream().map(column -> "?::text AS " + column))
        + ") AS s"
        + (table.unit() == RollupUnit.HOUR ? RETAINED : "")
        + " ON CONFLICT ("
        + table.unit().column()
        + ", key, shard) DO UPDATE SET "
        + list(
            addends.stream()
                .map(Addend::measure)
                .map(each -> each.column() + " = " + each.added()));
  }

  private static String list(Stream<String> items) {
    return items.collect(Collectors.joining(", "));
  }
}
