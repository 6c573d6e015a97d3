package io.tokenledger.forwarder.store.rollup;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact sum of up to 2^31 longs that cannot overflow and costs no more than two additions each.
 * Tokens are what a provider says, so that two rows may well exceed a long. Not thread-safe.
 */
final class WideSum {
  private static final int HALF = 32;
  private static final long LOW_BITS = 0xffff_ffffL;

  private long high;
  private long low;

  void add(long value) {
    high += value >> HALF;
    low += value & LOW_BITS;
  }

  /** The sum, with so many of its digits behind the decimal point. */
  BigDecimal value(int scale) {
    long top = high + (low >> HALF);
    if (top == (int) top) {
      return BigDecimal.valueOf(top << HALF | low & LOW_BITS, scale);
    }
    return new BigDecimal(
        BigInteger.valueOf(high).shiftLeft(HALF).add(BigInteger.valueOf(low)), scale);
  }
}
