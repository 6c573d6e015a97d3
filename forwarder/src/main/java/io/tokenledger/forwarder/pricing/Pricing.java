package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.List;

/**
 * A priced row and how it came about: enough to print the arithmetic.
 *
 * @param parts one per iteration, or one for the row; empty where nothing was looked up
 * @param tools lines of the row's server tools and other units, by the row's own sheet
 * @param contract how the contracted cost came about; null without a contract
 */
public record Pricing(RowCost cost, List<Part> parts, List<Charge> tools, Contract contract) {
  /**
   * The tokens of the row or of one iteration.
   *
   * @param name {@code row}, or number, type and model of the iteration
   * @param sheet null where none was found
   * @param exchange the rate that turned the sheet's currency into USD; null for USD
   */
  public record Part(
      String name,
      TokenCounts counts,
      PriceSheet sheet,
      List<Charge> charges,
      PriceFile.ExchangeRate exchange,
      UnpricedReason reason) {}

  /**
   * A contract's effect: prices of its own, or a discount on list prices.
   *
   * @param discountPercent null where there are prices
   * @param parts as for the row; empty where it is a discount
   * @param others server tools and other units at the contract's prices
   */
  public record Contract(BigDecimal discountPercent, List<Part> parts, List<Charge> others) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** What is left of a list cost after the discount. */
    BigDecimal factor() {
      return discountPercent == null
          ? BigDecimal.ONE
          : HUNDRED.subtract(discountPercent).movePointLeft(2);
    }

    BigDecimal cost(BigDecimal listCost) {
      if (discountPercent != null) {
        return listCost.multiply(factor());
      }
      BigDecimal cost = Charge.total(others);
      for (Part part : parts) {
        cost = cost.add(Charge.total(part.charges()));
      }
      return cost;
    }
  }

  static Pricing unpriced(UnpricedReason reason, List<String> notes) {
    return new Pricing(RowCost.unpriced(reason, notes), List.of(), List.of(), null);
  }
}
