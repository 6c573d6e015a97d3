package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * USD per million tokens, by unit. A unit that is absent has no known rate, which is not the same
 * as a rate of zero. Immutable.
 */
public record Rates(Map<Unit, BigDecimal> perMillion) {
  private static final int MILLION = 6;

  public Rates {
    Map<Unit, BigDecimal> copy = new EnumMap<>(Unit.class);
    copy.putAll(perMillion);
    perMillion = Collections.unmodifiableMap(copy);
  }

  boolean has(Unit unit) {
    return perMillion.containsKey(unit);
  }

  /** Exact cost of so many tokens, or null when there are some and the unit has no rate. */
  BigDecimal cost(Unit unit, long tokens) {
    if (tokens == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal rate = perMillion.get(unit);
    return rate == null ? null : rate.multiply(BigDecimal.valueOf(tokens)).movePointLeft(MILLION);
  }

  Rates times(BigDecimal factor) {
    Map<Unit, BigDecimal> scaled = new EnumMap<>(Unit.class);
    perMillion.forEach((unit, rate) -> scaled.put(unit, rate.multiply(factor)));
    return new Rates(scaled);
  }
}
