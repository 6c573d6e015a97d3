package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A price for a quantity, exact.
 *
 * @param amount in the sheet's currency, for {@code 10^perPowerOfTen} of the unit; never negative
 * @param perPowerOfTen 6: per million. A power of ten, so that a cost always has an end
 * @param minQuantity what at least is charged once there is any; null where there is no minimum
 * @param quantityStep quantities are rounded up to a multiple of it; null where they are not
 */
public record Rate(
    BigDecimal amount, int perPowerOfTen, BigDecimal minQuantity, BigDecimal quantityStep) {
  static final int PER_MILLION = 6;

  static Rate perMillion(BigDecimal amount) {
    return new Rate(amount, PER_MILLION, null, null);
  }

  static Rate perPiece(BigDecimal amount) {
    return new Rate(amount, 0, null, null);
  }

  /** The quantity that is charged for a quantity used. */
  BigDecimal billed(BigDecimal used) {
    if (used.signum() == 0) {
      return used;
    }
    BigDecimal billed = minQuantity == null ? used : used.max(minQuantity);
    return quantityStep == null
        ? billed
        : billed.divide(quantityStep, 0, RoundingMode.CEILING).multiply(quantityStep);
  }

  /** Exact cost of a quantity that is charged. */
  BigDecimal cost(BigDecimal billed) {
    return amount.multiply(billed).movePointLeft(perPowerOfTen);
  }

  Rate times(BigDecimal factor) {
    return new Rate(amount.multiply(factor), perPowerOfTen, minQuantity, quantityStep);
  }

  /** What it says, the same for the same rate however it was written: part of a sheet's hash. */
  String content(int usualPower) {
    StringBuilder text = new StringBuilder(plain(amount));
    if (perPowerOfTen != usualPower) {
      text.append(" per 10^").append(perPowerOfTen);
    }
    if (minQuantity != null) {
      text.append(" min ").append(plain(minQuantity));
    }
    if (quantityStep != null) {
      text.append(" step ").append(plain(quantityStep));
    }
    return text.toString();
  }

  /** A decimal without exponent and trailing zeros. */
  static String plain(BigDecimal value) {
    return value.stripTrailingZeros().toPlainString();
  }
}
