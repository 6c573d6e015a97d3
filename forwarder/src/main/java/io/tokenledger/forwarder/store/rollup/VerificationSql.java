package io.tokenledger.forwarder.store.rollup;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The query that finds where a rollup and its rows differ. */
final class VerificationSql {
  private VerificationSql() {}

  /**
   * One row per difference: the time, the dimensions, then each measure as stored and as
   * recomputed, all as text; no stored measures where the rollup lacks the row, no recomputed ones
   * where it has one too many.
   *
   * <p>Parameters: from and until, twice, as {@code timestamptz}.
   */
  static String differences(RollupTable table) {
    List<String> dimensions = table.dimensions().stream().map(Dimension::column).toList();
    List<String> measures = table.measures().stream().map(Measure::column).toList();
    String time = table.unit().column();
    return "WITH stored AS (SELECT "
        + time
        + ", key, "
        + list(dimensions, name -> name)
        + ", "
        + list(table.measures(), VerificationSql::sum)
        + " FROM token_ledger."
        + table.name()
        + range(time, table.unit() == RollupUnit.DAY)
        + " GROUP BY "
        + time
        + ", key, "
        + list(dimensions, name -> name)
        + "), recomputed AS ("
        + (table.isOfCharges() ? ofCharges(table, dimensions) : ofRows(table, dimensions))
        + ") SELECT "
        + text(table.unit())
        + " AS time, "
        + list(
            dimensions,
            name -> "(CASE WHEN s.key IS NULL THEN r." + name + " ELSE s." + name + " END)::text")
        + ", s.key IS NOT NULL, r.key IS NOT NULL, "
        + list(table.measures(), measure -> text("s", measure) + ", " + text("r", measure))
        + " FROM stored s FULL JOIN recomputed r ON s."
        + time
        + " = r."
        + time
        + " AND s.key = r.key WHERE s.key IS NULL OR r.key IS NULL OR ("
        + list(dimensions, name -> "s." + name)
        + ", "
        + list(measures, name -> "s." + name)
        + ") IS DISTINCT FROM ("
        + list(dimensions, name -> "r." + name)
        + ", "
        + list(measures, name -> "r." + name)
        + ") ORDER BY time, "
        + list(dimensions, name -> "COALESCE(s." + name + ", r." + name + ")");
  }

  private static String ofCharges(RollupTable table, List<String> dimensions) {
    return "SELECT "
        + table.unit().column()
        + ", "
        + key(table)
        + " AS key, "
        + list(dimensions, name -> name)
        + ", "
        + list(table.measures(), VerificationSql::sum)
        + " FROM token_ledger.token_ledger_rollup_charges"
        + range("timestamp", false)
        + (table == RollupTable.DAILY_USERS ? " AND user_id IS NOT NULL" : "")
        + " GROUP BY "
        + table.unit().column()
        + ", "
        + list(dimensions, name -> name);
  }

  private static String ofRows(RollupTable table, List<String> dimensions) {
    return "SELECT "
        + table.unit().column()
        + ", "
        + key(table)
        + " AS key, "
        + list(dimensions, name -> name)
        + ", "
        + list(table.measures(), Measure::column)
        + " FROM token_ledger.recomputed_latency(?, ?)";
  }

  private static String key(RollupTable table) {
    return "token_ledger.rollup_key("
        + list(table.dimensions(), dimension -> dimension.column() + "::text")
        + ")";
  }

  /** The start of an hour or a day in UTC, whatever the session's time zone. */
  private static String text(RollupUnit unit) {
    String value = "COALESCE(s." + unit.column() + ", r." + unit.column() + ")";
    return unit == RollupUnit.DAY
        ? "to_char(" + value + ", 'YYYY-MM-DD')"
        : "to_char(" + value + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
  }

  /** A measure without the zeros at its end, in which equal sums may differ. */
  private static String text(String side, Measure measure) {
    String value = side + "." + measure.column();
    return (measure.type().equals("numeric") ? "trim_scale(" + value + ")" : value) + "::text";
  }

  /** As the column's own type, so that both sides are of the same. */
  private static String sum(Measure measure) {
    return measure.type().endsWith("[]")
        ? "token_ledger.latency_sum(" + measure.column() + ") AS " + measure.column()
        : "sum(" + measure.column() + ")::" + measure.type() + " AS " + measure.column();
  }

  private static String range(String column, boolean days) {
    String value = days ? "(?::timestamptz AT TIME ZONE 'UTC')::date" : "?::timestamptz";
    return " WHERE " + column + " >= " + value + " AND " + column + " < " + value;
  }

  private static <T> String list(List<T> items, Function<T, String> text) {
    return items.stream().map(text).collect(Collectors.joining(", "));
  }
}
