package io.tokenledger.forwarder.pricing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All price sheets that the forwarder knows. Immutable and thread-safe. */
public final class Catalogue {
  private static final List<String> BUILT_IN = List.of("openai", "anthropic");
  private static final String STANDARD = "standard";

  private final Map<String, ProviderPrices> providers;
  private final List<PriceSheet> sheets;

  Catalogue(List<ProviderPrices> providers) {
    this.providers = new TreeMap<>();
    List<PriceSheet> all = new ArrayList<>();
    for (ProviderPrices provider : providers) {
      this.providers.put(provider.provider(), provider);
      provider.models().forEach(model -> all.addAll(model.sheets()));
    }
    this.sheets = List.copyOf(all);
  }

  /** The list prices that this version ships. */
  public static Catalogue builtIn() {
    List<ProviderPrices> read = new ArrayList<>();
    for (String provider : BUILT_IN) {
      read.add(CatalogueReader.readResource("/prices/" + provider + ".yml"));
    }
    return new Catalogue(read);
  }

  /** Every sheet, by provider, in the order of the catalogue. */
  public List<PriceSheet> sheets() {
    return sheets;
  }

  /**
   * What to look up for one row.
   *
   * @param model as served, else as requested
   * @param servedTier as the response spelled it; null when it named none
   * @param requestedTier as the request spelled it; null when it named none
   * @param region where the call was processed; null or empty when nothing names one
   */
  record Query(
      String provider,
      String model,
      String servedTier,
      String requestedTier,
      String region,
      Instant time) {}

  /** A sheet, or the reason why there is none. */
  record Found(PriceSheet sheet, UnpricedReason reason) {}

  /**
   * Finds the sheet of a call. Deterministic: the same catalogue and query give the same sheet.
   *
   * @param notes receives the rule that applied and what had to be assumed
   */
  Found find(Query query, Set<PriceNote> notes) {
    if (query.model() == null || query.model().isEmpty()) {
      return new Found(null, UnpricedReason.NO_MODEL);
    }
    ProviderPrices provider = query.provider() == null ? null : providers.get(query.provider());
    ProviderPrices.Match match = provider == null ? null : provider.match(query.model());
    if (match == null) {
      return new Found(null, UnpricedReason.UNKNOWN_MODEL);
    }
    if (match.note() != null) {
      notes.add(match.note());
    }
    String tier = tier(provider, query, notes);
    if (tier == null) {
      return new Found(null, UnpricedReason.UNKNOWN_TIER);
    }
    String region = region(match.prices(), query.region(), notes);
    boolean soldAtThatTime = false;
    for (PriceSheet sheet : match.prices().sheets()) {
      if (sheet.isValidAt(query.time()) && sheet.region().equals(region)) {
        if (sheet.tier().equals(tier)) {
          return new Found(sheet, null);
        }
        soldAtThatTime = true;
      }
    }
    return new Found(
        null, soldAtThatTime ? UnpricedReason.NO_RATE_FOR_TIER : UnpricedReason.NO_PRICE_AT_TIME);
  }

  /** Whether the provider bills an output item of this type per call. */
  boolean billsOutputItem(String provider, String type) {
    ProviderPrices prices = provider == null ? null : providers.get(provider);
    return prices != null && prices.billedOutputItems().contains(type);
  }

  private static String tier(ProviderPrices provider, Query query, Set<PriceNote> notes) {
    if (isNamed(query.servedTier())) {
      return provider.tiers().get(query.servedTier());
    }
    notes.add(PriceNote.TIER_ASSUMED);
    String requested =
        isNamed(query.requestedTier()) ? provider.tiers().get(query.requestedTier()) : null;
    return "flex".equals(requested) || "batch".equals(requested) ? requested : STANDARD;
  }

  private static boolean isNamed(String tier) {
    return tier != null && !tier.isEmpty() && !tier.equals("auto");
  }

  private static String region(ModelPrices prices, String region, Set<PriceNote> notes) {
    if (region == null || region.isEmpty()) {
      return "";
    }
    if (prices.regions().contains(region)) {
      return region;
    }
    notes.add(PriceNote.REGION_ASSUMED);
    return "";
  }
}
