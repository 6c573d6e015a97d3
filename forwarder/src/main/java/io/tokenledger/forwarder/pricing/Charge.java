package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.List;

/**
 * One line of the arithmetic: a quantity at a rate.
 *
 * @param part the money column that it belongs to
 * @param what the class of tokens, unit or server tool
 * @param used the quantity that was used
 * @param billed the quantity that is charged: not less than a minimum, in whole steps
 * @param aboveTokens the bound of the context band whose rate it is; 0 for the normal rates
 * @param amount exact, in the sheet's currency
 */
public record Charge(
    Part part,
    String what,
    BigDecimal used,
    BigDecimal billed,
    Rate rate,
    long aboveTokens,
    BigDecimal amount) {

  /** The money columns that add up to the cost. */
  public enum Part {
    INPUT,
    CACHE_READ,
    CACHE_WRITE,
    OUTPUT,
    TOOL
  }

  static Charge of(Part part, String what, BigDecimal used, Rate rate, long aboveTokens) {
    BigDecimal billed = rate.billed(used);
    return new Charge(part, what, used, billed, rate, aboveTokens, rate.cost(billed));
  }

  /** Sum of amounts; zero for none. */
  public static BigDecimal total(List<Charge> charges) {
    BigDecimal total = BigDecimal.ZERO;
    for (Charge charge : charges) {
      total = total.add(charge.amount());
    }
    return total;
  }

  Charge inUsd(BigDecimal usd) {
    return new Charge(part, what, used, billed, rate, aboveTokens, amount.multiply(usd));
  }
}
