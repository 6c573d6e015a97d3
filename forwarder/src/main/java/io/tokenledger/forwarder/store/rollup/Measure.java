package io.tokenledger.forwarder.store.rollup;

import java.util.List;
import java.util.stream.Stream;

/**
 * A column that is added up.
 *
 * @param type its own
 */
record Measure(String column, String type) {
  /** Those of the tables of sums. */
  static final List<Measure> SUMS =
      Stream.concat(Stream.of(Count.ALL).map(Measure::of), Stream.of(Sum.ALL).map(Measure::of))
          .toList();

  static final Measure CALLS = of(Count.CALLS);
  static final Measure DURATION = of(Sum.DURATION_MS);
  static final Measure DURATION_UNKNOWN = of(Count.DURATION_UNKNOWN);
  static final Measure DURATION_BUCKETS = histogram("duration_buckets");
  static final Measure FIRST_TOKEN = sum("time_to_first_token_ms");
  static final Measure FIRST_TOKEN_UNKNOWN = count("time_to_first_token_unknown");
  static final Measure FIRST_TOKEN_BUCKETS = histogram("time_to_first_token_buckets");

  /** Those of the latencies. */
  static final List<Measure> LATENCIES =
      List.of(
          CALLS,
          DURATION,
          DURATION_UNKNOWN,
          DURATION_BUCKETS,
          FIRST_TOKEN,
          FIRST_TOKEN_UNKNOWN,
          FIRST_TOKEN_BUCKETS);

  static Measure of(Count count) {
    return count(count.column());
  }

  static Measure of(Sum sum) {
    return sum(sum.column());
  }

  /** What the column holds after adding to a row that is there. */
  String added() {
    String before = "t." + column;
    String more = "EXCLUDED." + column;
    return type.endsWith("[]")
        ? "token_ledger.latency_add(" + before + ", " + more + ")"
        : before + " + " + more;
  }

  private static Measure count(String column) {
    return new Measure(column, "bigint");
  }

  private static Measure sum(String column) {
    return new Measure(column, "numeric");
  }

  /** Arrays within an array would be one flat list to {@code unnest}, hence sent as text. */
  private static Measure histogram(String column) {
    return new Measure(column, "bigint[]");
  }
}
