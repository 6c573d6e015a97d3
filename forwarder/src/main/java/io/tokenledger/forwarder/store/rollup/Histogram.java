package io.tokenledger.forwarder.store.rollup;

import java.math.BigDecimal;

/** How many latencies fell in each bucket, how many are not known, and their sum. */
final class Histogram {
  private static final int MICROS_SCALE = 3;

  private final long[] counts = new long[Latency.BUCKETS];
  private final WideSum micros = new WideSum();
  private int used;
  private long unknown;

  /** Adds a latency in ms. */
  void add(Double ms) {
    if (!Latency.isKnown(ms)) {
      unknown++;
      return;
    }
    int bucket = Latency.bucket(ms);
    counts[bucket]++;
    used = Math.max(used, bucket + 1);
    micros.add(Latency.micros(ms));
  }

  long unknown() {
    return unknown;
  }

  /** In ms, each rounded to 0.001. */
  BigDecimal sum() {
    return micros.value(MICROS_SCALE);
  }

  /** As Postgres writes an array, without the zeros after the last bucket in use. */
  String array() {
    StringBuilder text = new StringBuilder(2 * used + 2).append('{');
    for (int i = 0; i < used; i++) {
      text.append(i == 0 ? "" : ",").append(counts[i]);
    }
    return text.append('}').toString();
  }
}
