package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a provider names and bills what it sells. Facts about providers, not prices.
 *
 * @param tiers the provider's name of a served tier to ours; {@link #COMMITMENT} for capacity paid
 *     by commitment
 * @param billedOutputItems types of output items that are billed per call
 * @param unbilledTools counts among a response's server tools that are not billed by themselves
 * @param namePrefixes what may stand before a model's name: {@code models/} ...
 * @param resells providers whose list prices a gateway without its own passes on
 * @param pricesRequested true where the name in the request is the product (Bedrock: region
 *     prefixes are in it, the response has the bare model)
 * @param freeNames ends of model names for which a reported cost of 0 is believed
 * @param ofInput what a class without a rate of its own costs, as a share of the input rate: 1
 *     where images are sold like text
 */
record ProviderRules(
    Map<String, String> tiers,
    Set<String> billedOutputItems,
    Set<String> unbilledTools,
    List<String> namePrefixes,
    List<String> resells,
    boolean pricesRequested,
    List<String> freeNames,
    Map<Unit, BigDecimal> ofInput) {

  static final String COMMITMENT = "commitment";

  static final ProviderRules NONE =
      new ProviderRules(
          Map.of(), Set.of(), Set.of(), List.of(), List.of(), false, List.of(), Map.of());

  ProviderRules {
    tiers = Map.copyOf(tiers);
    billedOutputItems = Set.copyOf(billedOutputItems);
    unbilledTools = Set.copyOf(unbilledTools);
    namePrefixes = List.copyOf(namePrefixes);
    resells = List.copyOf(resells);
    freeNames = List.copyOf(freeNames);
    ofInput = Map.copyOf(ofInput);
  }

  /** These rules and, where they say nothing, those of a lower layer. */
  ProviderRules over(ProviderRules lower) {
    Map<String, String> allTiers = new HashMap<>(lower.tiers);
    allTiers.putAll(tiers);
    Map<Unit, BigDecimal> shares = new HashMap<>(lower.ofInput);
    shares.putAll(ofInput);
    return new ProviderRules(
        allTiers,
        union(billedOutputItems, lower.billedOutputItems),
        union(unbilledTools, lower.unbilledTools),
        joined(namePrefixes, lower.namePrefixes),
        joined(resells, lower.resells),
        pricesRequested || lower.pricesRequested,
        joined(freeNames, lower.freeNames),
        shares);
  }

  boolean isFreeName(String model) {
    return model != null && freeNames.stream().anyMatch(model::endsWith);
  }

  private static Set<String> union(Set<String> first, Set<String> second) {
    Set<String> all = new HashSet<>(first);
    all.addAll(second);
    return all;
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    second.stream().filter(item -> !first.contains(item)).forEach(all::add);
    return all;
  }
}
