package io.tokenledger.forwarder.store.rollup;

import java.util.List;
import java.util.stream.Stream;

/**
 * A column that is added up.
 *
 * @param sentAs type of the array that a batch sends it in
 * @param type its own
 */
record Measure(String column, String sentAs, String type) {
  /** Those of the tables of sums, in the order in which they are sent. */
  static final List<Measure> SUMS =
      Stream.concat(
              Stream.of(Count.ALL).map(count -> count(count.column())),
              Stream.of(Sum.ALL).map(sum -> sum(sum.column())))
          .toList();

  /** Those of the latencies. */
  static final List<Measure> LATENCIES =
      List.of(
          count("calls"),
          sum("duration_ms"),
          count("duration_unknown"),
          histogram("duration_buckets"),
          sum("time_to_first_token_ms"),
          count("time_to_first_token_unknown"),
          histogram("time_to_first_token_buckets"));

  /** What the column holds after adding to a row that is there. */
  String added() {
    String before = "t." + column;
    String more = "EXCLUDED." + column;
    return type.endsWith("[]")
        ? "token_ledger.latency_add(" + before + ", " + more + ")"
        : before + " + " + more;
  }

  private static Measure count(String column) {
    return new Measure(column, "bigint[]", "bigint");
  }

  private static Measure sum(String column) {
    return new Measure(column, "numeric[]", "numeric");
  }

  /** Arrays within an array would be one flat list to {@code unnest}, hence as text. */
  private static Measure histogram(String column) {
    return new Measure(column, "text[]", "bigint[]");
  }
}
