package io.tokenledger.forwarder.store.rollup;

import java.util.List;
import java.util.Map;

/**
 * A row of a rollup that is not the sum of its rows.
 *
 * @param time start of its hour or day, UTC
 * @param dimensions by column, null for NULL, in the order of the columns
 */
public record Difference(
    String table, Kind kind, String time, Map<String, String> dimensions, List<Column> columns) {

  /** What is wrong. */
  public enum Kind {
    /** Rows are there, their sum is not. */
    MISSING,
    /** A sum of rows that are not there. */
    SURPLUS,
    /** Both are there, and differ. */
    UNEQUAL
  }

  /**
   * A column that differs.
   *
   * @param stored null: the rollup has no such row
   * @param recomputed null: there are no such rows
   */
  public record Column(String name, String stored, String recomputed) {}
}
