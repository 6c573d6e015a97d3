package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Rates by unit. A unit that is absent has no known rate, which is not the same as a rate of zero.
 * Immutable.
 */
public record Rates(Map<Unit, Rate> byUnit) {
  public Rates {
    Map<Unit, Rate> copy = new EnumMap<>(Unit.class);
    copy.putAll(byUnit);
    byUnit = Collections.unmodifiableMap(copy);
  }

  boolean has(Unit unit) {
    return byUnit.containsKey(unit);
  }

  /** The rate, or null when none is known. */
  Rate get(Unit unit) {
    return byUnit.get(unit);
  }

  /** Whether any token has a rate; else the model is sold by the second, page, image ... */
  boolean sellTokens() {
    for (Unit unit : byUnit.keySet()) {
      if (unit.isToken()) {
        return true;
      }
    }
    return false;
  }

  /** With a rate for each of these units that has none: a share of the input rate. */
  Rates completed(Map<Unit, BigDecimal> shares) {
    Rate input = get(Unit.INPUT);
    if (input == null || byUnit.keySet().containsAll(shares.keySet())) {
      return this;
    }
    Map<Unit, Rate> all = new EnumMap<>(byUnit);
    shares.forEach((unit, share) -> all.putIfAbsent(unit, input.times(share)));
    return new Rates(all);
  }

  Rates times(BigDecimal factor) {
    Map<Unit, Rate> scaled = new EnumMap<>(Unit.class);
    byUnit.forEach((unit, rate) -> scaled.put(unit, rate.times(factor)));
    return new Rates(scaled);
  }
}
