package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;

/** Arithmetic on amounts that may be unknown. */
final class Money {
  private Money() {}

  /** The sum of what is known; null when neither is. */
  static BigDecimal add(BigDecimal first, BigDecimal second) {
    if (first == null) {
      return second;
    }
    return second == null ? first : first.add(second);
  }
}
