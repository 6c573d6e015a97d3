package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One provider's part of a price file: its models, and how it names and bills them. */
record ProviderPrices(
    String provider,
    ProviderRules rules,
    Map<String, ModelPrices> byName,
    List<ModelPrices> models) {

  private static final Pattern DATED =
      Pattern.compile("(.+?)[-@](\\d{4}-\\d{2}-\\d{2}|\\d{8})(-v\\d+:\\d+)?");

  /**
   * How a name led to a model.
   *
   * @param rank 0: the very name; 1: without a prefix; 2: without the date. A lower rank wins over
   *     a higher one in whatever layer it is found
   */
  record Match(ModelPrices prices, PriceNote note, int rank) {}

  static ProviderPrices of(String provider, ProviderRules rules, List<ModelPrices> models) {
    Map<String, ModelPrices> byName = new HashMap<>();
    for (ModelPrices model : models) {
      claim(byName, model.model(), model);
      model.names().forEach(name -> claim(byName, name, model));
    }
    return new ProviderPrices(provider, rules, Map.copyOf(byName), List.copyOf(models));
  }

  /** The same with what classes without a rate of their own cost; itself where no rule says so. */
  ProviderPrices completed(Map<Unit, BigDecimal> sharesOfInput) {
    return sharesOfInput.isEmpty()
        ? this
        : of(
            provider, rules, models.stream().map(model -> model.completed(sharesOfInput)).toList());
  }

  /**
   * Finds a model, in this order: its name in the region, its own name, another name that the file
   * lists, for a fine-tuned model {@code ft:<base>:...} its base; the same without a prefix of the
   * provider's; the name without a trailing date.
   *
   * @param region part of some names; empty for none
   * @param prefixes what may stand before names
   * @return null when no rule applies
   */
  Match match(String name, String region, List<String> prefixes) {
    String base = name.startsWith("ft:") ? fineTuned(name) : name;
    ModelPrices listed = listed(base, region);
    if (listed != null) {
      return new Match(listed, noteFor(base, listed), 0);
    }
    String bare = withoutPrefix(base, prefixes);
    listed = listed(bare, region);
    if (listed != null) {
      return new Match(listed, PriceNote.MATCHED_PREFIX, 1);
    }
    Matcher dated = DATED.matcher(bare);
    ModelPrices undated = dated.matches() ? listed(dated.group(1), region) : null;
    return undated == null ? null : new Match(undated, PriceNote.SNAPSHOT_ASSUMED, 2);
  }

  private ModelPrices listed(String name, String region) {
    ModelPrices there = region.isEmpty() ? null : byName.get(region + "/" + name);
    return there != null ? there : byName.get(name);
  }

  private static PriceNote noteFor(String name, ModelPrices prices) {
    if (prices.names().contains(name)) {
      return DATED.matcher(name).matches() ? PriceNote.MATCHED_SNAPSHOT : PriceNote.MATCHED_ALIAS;
    }
    return null;
  }

  private static String fineTuned(String name) {
    int end = name.indexOf(':', "ft:".length());
    return end < 0 ? name : name.substring(0, end);
  }

  private static String withoutPrefix(String name, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return name;
  }

  private static void claim(Map<String, ModelPrices> byName, String name, ModelPrices model) {
    ModelPrices other = byName.putIfAbsent(name, model);
    if (other != null) {
      throw new CatalogueException(
          "'" + name + "' names two models: " + other.model() + " and " + model.model() + ".");
    }
  }
}
