package io.tokenledger.forwarder.pricing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One provider's part of the catalogue: its models, and its spelling of tiers.
 *
 * @param tiers the provider's name of a served tier to ours
 * @param billedOutputItems types of output items that the provider bills per call
 */
record ProviderPrices(
    String provider,
    Map<String, String> tiers,
    Set<String> billedOutputItems,
    Map<String, ModelPrices> byName,
    List<ModelPrices> models) {

  private static final Pattern DATED = Pattern.compile("(.+?)-(\\d{4}-\\d{2}-\\d{2}|\\d{8})");

  /** How a name led to a model. */
  record Match(ModelPrices prices, PriceNote note) {}

  static ProviderPrices of(
      String provider,
      Map<String, String> tiers,
      Set<String> billedOutputItems,
      List<ModelPrices> models) {
    Map<String, ModelPrices> byName = new HashMap<>();
    for (ModelPrices model : models) {
      claim(byName, model.model(), model);
      model.names().forEach(name -> claim(byName, name, model));
    }
    return new ProviderPrices(
        provider,
        Map.copyOf(tiers),
        Set.copyOf(billedOutputItems),
        Map.copyOf(byName),
        List.copyOf(models));
  }

  /**
   * Finds a model, in this order: its own name; another name that the catalogue lists; for a
   * fine-tuned model {@code ft:<base>:...} its base; the name without a trailing date.
   *
   * @return null when no rule applies
   */
  Match match(String name) {
    String base = name.startsWith("ft:") ? fineTuned(name) : name;
    ModelPrices listed = byName.get(base);
    if (listed != null) {
      return new Match(listed, noteFor(base, listed));
    }
    Matcher dated = DATED.matcher(base);
    ModelPrices undated = dated.matches() ? byName.get(dated.group(1)) : null;
    return undated == null ? null : new Match(undated, PriceNote.SNAPSHOT_ASSUMED);
  }

  private static PriceNote noteFor(String name, ModelPrices prices) {
    if (prices.model().equals(name)) {
      return null;
    }
    return DATED.matcher(name).matches() ? PriceNote.MATCHED_SNAPSHOT : PriceNote.MATCHED_ALIAS;
  }

  private static String fineTuned(String name) {
    int end = name.indexOf(':', "ft:".length());
    return end < 0 ? name : name.substring(0, end);
  }

  private static void claim(Map<String, ModelPrices> byName, String name, ModelPrices model) {
    ModelPrices other = byName.putIfAbsent(name, model);
    if (other != null) {
      throw new CatalogueException(
          "'" + name + "' names two models: " + other.model() + " and " + model.model() + ".");
    }
  }
}
