package io.tokenledger.forwarder.export;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Divides an amount by weights such that the parts add up to it exactly. */
final class Split {
  /** Finer than any price per token. */
  private static final int SCALE = 15;

  private Split() {}

  /**
   * @param weights none negative, at least one
   * @return one part for each weight; what rounding leaves over goes to the heaviest
   */
  static List<BigDecimal> of(BigDecimal amount, List<BigDecimal> weights) {
    BigDecimal sum = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (sum.compareTo(amount) == 0) {
      return weights;
    }
    int heaviest = 0;
    BigDecimal rest = amount;
    List<BigDecimal> parts = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      BigDecimal part =
          sum.signum() == 0
              ? BigDecimal.ZERO
              : amount.multiply(weights.get(i)).divide(sum, SCALE, RoundingMode.HALF_EVEN);
      parts.add(part);
      rest = rest.subtract(part);
      if (weights.get(i).compareTo(weights.get(heaviest)) > 0) {
        heaviest = i;
      }
    }
    parts.set(heaviest, parts.get(heaviest).add(rest));
    return parts;
  }
}
