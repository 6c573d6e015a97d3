package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/**
 * Writes money into the iterations of a row, so that what is charged per model adds up to the row.
 * What is counted per row (server tools) goes to the first iteration.
 */
final class PricedIterations {
  private static final List<String> KEYS =
      List.of("cost_usd", "price_id", "tool_cost_usd", "unpriced_reason");

  private PricedIterations() {}

  /**
   * The iterations of a priced row.
   *
   * @param parts one per iteration, by the prices that decide the row's cost
   * @param others cost of the row's tools and units; null for none known
   * @param factor what is left of each amount after a discount
   */
  static String priced(
      ArrayNode iterations, List<Pricing.Part> parts, BigDecimal others, BigDecimal factor) {
    for (int i = 0; i < iterations.size(); i++) {
      if (iterations.get(i) instanceof ObjectNode iteration) {
        Pricing.Part part = parts.get(i);
        iteration.remove(KEYS);
        BigDecimal cost = Charge.total(part.charges());
        if (i == 0 && others != null) {
          cost = cost.add(others);
          iteration.put("tool_cost_usd", others.multiply(factor));
        }
        iteration.put("cost_usd", cost.multiply(factor));
        iteration.put("price_id", part.sheet().id());
      }
    }
    return iterations.toString();
  }

  /** The iterations of a row that has no cost because one of them has none. */
  static String unpriced(ArrayNode iterations, UnpricedReason reason) {
    for (JsonNode node : iterations) {
      if (node instanceof ObjectNode iteration) {
        iteration.remove(KEYS);
        iteration.put("unpriced_reason", reason.text());
      }
    }
    return iterations.toString();
  }
}
