package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One model of a provider and all its sheets.
 *
 * @param names other names that are sold at the same price: dated snapshots and aliases
 * @param regions regions with a surcharge of their own
 */
record ModelPrices(String model, List<String> names, Set<String> regions, List<PriceSheet> sheets) {
  ModelPrices {
    names = List.copyOf(names);
    regions = Set.copyOf(regions);
    sheets = List.copyOf(sheets);
  }

  ModelPrices completed(Map<Unit, BigDecimal> sharesOfInput) {
    return new ModelPrices(
        model,
        names,
        regions,
        sheets.stream().map(sheet -> sheet.completed(sharesOfInput)).toList());
  }
}
