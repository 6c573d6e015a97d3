package io.tokenledger.forwarder.store.rollup;

import java.util.Arrays;

/**
 * Buckets of latencies, the same as the SQL functions {@code latency_bounds} and {@code
 * latency_bucket}: 8 per doubling from 1 ms to 2^22 ms (70 minutes), one below, one above. The
 * middle of a bucket is at most 2^(1/16) - 1 = 4.43 % from anything in it.
 */
final class Latency {
  static final int BUCKETS = 178;

  private static final int PER_DOUBLING = 8;
  private static final int DOUBLINGS = 22;

  /** 2^(i/8), the nearest double; a product with a power of two is exact, here as in Postgres. */
  private static final double[] STEPS = {
    1,
    1.0905077326652577,
    1.189207115002721,
    1.2968395546510096,
    1.4142135623730951,
    1.5422108254079407,
    1.681792830507429,
    1.8340080864093424
  };

  private static final double[] BOUNDS = bounds();

  /** A process that measures more than 31 years measures nothing. */
  private static final double MAX_MS = 1e12;

  private Latency() {}

  /** Whether it is a time at all: a number, not negative, not absurd. */
  static boolean isKnown(Double ms) {
    return ms != null && ms >= 0 && ms <= MAX_MS;
  }

  /** A known latency in whole microseconds, so that sums are exact in any order. */
  static long micros(double ms) {
    return (long) Math.rint(ms * 1000);
  }

  /** Number of the bucket of a known latency, from 0. */
  static int bucket(double ms) {
    int found = Arrays.binarySearch(BOUNDS, ms);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private static double[] bounds() {
    double[] bounds = new double[PER_DOUBLING * DOUBLINGS + 1];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = STEPS[i % PER_DOUBLING] * (1L << i / PER_DOUBLING);
    }
    return bounds;
  }
}
