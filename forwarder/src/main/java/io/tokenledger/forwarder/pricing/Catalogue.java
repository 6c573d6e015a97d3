package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All prices that hold together: what is built in, and what the user loaded over it. Immutable and
 * thread-safe; a change of prices is another catalogue.
 */
public final class Catalogue {
  private static final String STANDARD = "standard";

  private final List<PriceFile> files;
  private final List<List<PriceFile>> list;
  private final List<List<PriceFile>> contracts;
  private final Map<String, ProviderRules> rules = new HashMap<>();

  /**
   * @param files in any order of layers; within a layer the newest first
   */
  private Catalogue(List<PriceFile> files) {
    List<PriceFile> sorted = // stable
        files.stream().sorted(Comparator.comparing(PriceFile::layer)).toList();
    for (int i = sorted.size() - 1; i >= 0; i--) {
      for (ProviderPrices provider : sorted.get(i).providers()) {
        rules.merge(provider.provider(), provider.rules(), (lower, higher) -> higher.over(lower));
      }
    }
    this.files = completed(sorted);
    this.list =
        List.of(
            files(PriceFile.Layer.OVERRIDE),
            files(PriceFile.Layer.IMPORT, PriceFile.Layer.BUILT_IN));
    this.contracts = List.of(files(PriceFile.Layer.CONTRACT));
  }

  /** Files as they would be in this catalogue, whose rules may say what their sheets leave open. */
  List<PriceFile> completed(List<PriceFile> some) {
    return some.stream().map(file -> file.completed(this::rules)).toList();
  }

  /** The list prices that this version ships. */
  public static Catalogue builtIn() {
    return new Catalogue(List.of(BuiltInPrices.read()));
  }

  /**
   * This catalogue with files laid over it.
   *
   * @param loaded within a layer the newest first
   */
  public Catalogue with(List<PriceFile> loaded) {
    List<PriceFile> all = new ArrayList<>(loaded);
    all.addAll(files);
    return new Catalogue(all);
  }

  /** The files, the one that is asked first at the front. */
  public List<PriceFile> files() {
    return files;
  }

  /** Every sheet of every layer. */
  public List<PriceSheet> sheets() {
    return files.stream().flatMap(file -> file.sheets().stream()).toList();
  }

  /** The list sheets of just this key, in all periods, whatever other names the model has. */
  List<PriceSheet> sheetsOf(PriceSheet.Key key) {
    List<PriceSheet> sheets = new ArrayList<>();
    for (PriceFile file : files) {
      for (ProviderPrices provider : file.providers()) {
        ModelPrices model =
            file.layer() != PriceFile.Layer.CONTRACT && provider.provider().equals(key.provider())
                ? provider.byName().get(key.model())
                : null;
        if (model != null) {
          model.sheets().stream()
              .filter(sheet -> sheet.key().tier().equals(key.tier()))
              .filter(sheet -> sheet.key().region().equals(key.region()))
              .forEach(sheets::add);
        }
      }
    }
    return sheets;
  }

  /** A sheet, or the reason why there is none. */
  record Found(PriceSheet sheet, UnpricedReason reason) {
    static Found none(UnpricedReason reason) {
      return new Found(null, reason);
    }
  }

  /**
   * Finds the sheet of a call's list price. Deterministic: the same catalogue and query give the
   * same sheet.
   *
   * @param notes receives the rule that applied and what had to be assumed
   */
  Found find(Query query, Set<PriceNote> notes) {
    return find(query, list, notes);
  }

  /** Finds the sheet of a contract; most calls have none. */
  Found findContract(Query query, Set<PriceNote> notes) {
    return find(query, contracts, notes);
  }

  /** Whether any contract is loaded. */
  boolean hasContracts() {
    return !contracts.get(0).isEmpty();
  }

  /** What a contract takes off the list price; null for nothing. The newest file's first wins. */
  BigDecimal discountPercent(PriceSheet.Key key, Instant time) {
    return files.stream()
        .flatMap(file -> file.discounts().stream())
        .filter(discount -> discount.covers(key, time))
        .map(PriceFile.Discount::percent)
        .findFirst()
        .orElse(null);
  }

  /** What a currency is worth in USD at a time: the rate that began last; null for none. */
  PriceFile.ExchangeRate exchangeRate(String currency, Instant time) {
    return files.stream()
        .flatMap(file -> file.exchangeRates().stream())
        .filter(rate -> rate.currency().equals(currency) && !rate.from().isAfter(time))
        .max(Comparator.comparing(PriceFile.ExchangeRate::from))
        .orElse(null);
  }

  ProviderRules rules(String provider) {
    return provider == null ? ProviderRules.NONE : rules.getOrDefault(provider, ProviderRules.NONE);
  }

  private List<PriceFile> files(PriceFile.Layer... layers) {
    List<PriceFile.Layer> wanted = List.of(layers);
    return files.stream().filter(file -> wanted.contains(file.layer())).toList();
  }

  private Found find(Query query, List<List<PriceFile>> groups, Set<PriceNote> notes) {
    ProviderRules own = rules(query.provider());
    Product product = Product.of(query, own, files);
    if (product.reason() != null) {
      return Found.none(product.reason());
    }
    if (product.note() != null) {
      notes.add(product.note());
    }
    Found found = sheet(query, product, query.provider(), own, groups, notes);
    if (found.reason() != UnpricedReason.UNKNOWN_MODEL) {
      return found;
    }
    for (String upstream : upstreams(query, own)) {
      ProviderRules passedOn = own.over(rules(upstream));
      Found there = sheet(query, product, upstream, passedOn, groups, notes);
      if (there.reason() != UnpricedReason.UNKNOWN_MODEL) {
        notes.add(PriceNote.UPSTREAM_ASSUMED);
        return there;
      }
    }
    return found;
  }

  private static List<String> upstreams(Query query, ProviderRules own) {
    return query.upstream() != null && own.resells().contains(query.upstream())
        ? List.of(query.upstream())
        : own.resells();
  }

  private Found sheet(
      Query query,
      Product product,
      String provider,
      ProviderRules rules,
      List<List<PriceFile>> groups,
      Set<PriceNote> notes) {
    for (String name : product.names()) {
      List<List<ProviderPrices.Match>> matches =
          matches(provider, name, product.place(), rules, groups);
      if (matches.stream().allMatch(List::isEmpty)) {
        continue;
      }
      matches.stream()
          .flatMap(List::stream)
          .findFirst()
          .filter(match -> match.note() != null)
          .ifPresent(match -> notes.add(match.note()));
      return sheet(query, product, rules, matches, notes);
    }
    return Found.none(UnpricedReason.UNKNOWN_MODEL);
  }

  /** By group, all of the best rank that any group has. */
  private static List<List<ProviderPrices.Match>> matches(
      String provider,
      String name,
      String place,
      ProviderRules rules,
      List<List<PriceFile>> groups) {
    List<List<ProviderPrices.Match>> all = new ArrayList<>();
    int best = Integer.MAX_VALUE;
    for (List<PriceFile> group : groups) {
      List<ProviderPrices.Match> matches = new ArrayList<>();
      for (PriceFile file : group) {
        for (ProviderPrices prices : file.providers()) {
          ProviderPrices.Match match =
              prices.provider().equals(provider)
                  ? prices.match(name, place, rules.namePrefixes())
                  : null;
          if (match != null) {
            matches.add(match);
            best = Math.min(best, match.rank());
          }
        }
      }
      all.add(matches);
    }
    int rank = best;
    all.forEach(matches -> matches.removeIf(match -> match.rank() > rank));
    return all;
  }

  private static Found sheet(
      Query query,
      Product product,
      ProviderRules rules,
      List<List<ProviderPrices.Match>> groups,
      Set<PriceNote> notes) {
    String tier = product.tier() != null ? product.tier() : tier(rules, query, notes);
    if (tier == null) {
      return Found.none(UnpricedReason.UNKNOWN_TIER);
    }
    if (tier.equals(ProviderRules.COMMITMENT)) {
      return Found.none(UnpricedReason.COMMITMENT);
    }
    boolean soldAtThatTime = false;
    for (List<ProviderPrices.Match> group : groups) {
      PriceSheet latest = null;
      for (ProviderPrices.Match match : group) {
        String region = region(match.prices(), query.surchargeRegion());
        for (PriceSheet sheet : match.prices().sheets()) {
          if (!sheet.isValidAt(query.time()) || !sheet.key().region().equals(region)) {
            continue;
          }
          soldAtThatTime = true;
          boolean later = latest == null || sheet.start().isAfter(latest.start());
          if (sheet.key().tier().equals(tier) && later) {
            latest = sheet;
          }
        }
      }
      if (latest != null) {
        if (!latest.key().region().equals(query.surchargeRegion())) {
          notes.add(PriceNote.REGION_ASSUMED);
        }
        return new Found(latest, null);
      }
    }
    return Found.none(
        soldAtThatTime ? UnpricedReason.NO_RATE_FOR_TIER : UnpricedReason.NO_PRICE_AT_TIME);
  }

  private static String tier(ProviderRules rules, Query query, Set<PriceNote> notes) {
    if (isNamed(query.servedTier())) {
      return rules.tiers().get(query.servedTier());
    }
    notes.add(PriceNote.TIER_ASSUMED);
    String requested =
        isNamed(query.requestedTier()) ? rules.tiers().get(query.requestedTier()) : null;
    return "flex".equals(requested) || "batch".equals(requested) ? requested : STANDARD;
  }

  private static boolean isNamed(String tier) {
    return tier != null && !tier.isEmpty() && !tier.equals("auto");
  }

  private static String region(ModelPrices prices, String region) {
    return prices.regions().contains(region) ? region : "";
  }
}
