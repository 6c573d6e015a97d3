package io.tokenledger.forwarder.pricing;

import java.util.List;

/**
 * What was bought, as far as the row names it: the names to look for in the catalogue, in order.
 *
 * @param names empty where {@code reason} says why there is none
 * @param place a region that may be part of the name in the catalogue; empty for none
 * @param tier the tier that a deployment decides; null where it does not
 * @param note how the name was found; null for the response's own
 */
record Product(
    List<String> names, String place, String tier, PriceNote note, UnpricedReason reason) {

  private static final String AZURE = "azure";
  private static final String FOUNDATION_MODEL = ":foundation-model/";

  static Product of(Query query, ProviderRules rules, List<PriceFile> files) {
    if (AZURE.equals(query.provider())) {
      return ofDeployment(query, rules, files);
    }
    return ofNames(query, rules, files);
  }

  /** A deployment's name is its owner's choice and never a model's name. */
  private static Product ofDeployment(Query query, ProviderRules rules, List<PriceFile> files) {
    String name = query.deployment() != null ? query.deployment() : query.requestModel();
    for (PriceFile file : files) {
      for (PriceFile.Deployment mapped : file.deployments()) {
        if (mapped.resource().equals(query.resource()) && mapped.deployment().equals(name)) {
          return ofMapped(mapped);
        }
      }
    }
    if (isEmpty(query.model())) {
      return query.deployment() == null && isEmpty(query.requestModel())
          ? unknown(UnpricedReason.NO_MODEL)
          : unknown(UnpricedReason.UNMAPPED_DEPLOYMENT);
    }
    Product served = ofNames(query, rules, files);
    return served.note() != null || served.reason() != null
        ? served
        : new Product(served.names(), "", null, PriceNote.DEPLOYMENT_ASSUMED, null);
  }

  private static Product ofMapped(PriceFile.Deployment mapped) {
    if (mapped.type().equals("provisioned")) {
      return unknown(UnpricedReason.COMMITMENT);
    }
    String zone =
        switch (mapped.type()) {
          case "data_zone_us" -> "us";
          case "data_zone_eu" -> "eu";
          default -> "";
        };
    String tier = mapped.type().equals("global_batch") ? "batch" : null;
    return new Product(List.of(mapped.model()), zone, tier, PriceNote.MATCHED_MAPPING, null);
  }

  private static Product ofNames(Query query, ProviderRules rules, List<PriceFile> files) {
    String first = rules.pricesRequested() ? query.requestModel() : query.model();
    String second = rules.pricesRequested() ? query.model() : query.requestModel();
    boolean assumed = isEmpty(first) && !rules.pricesRequested();
    String name = isEmpty(first) ? second : first;
    if (isEmpty(name)) {
      return unknown(UnpricedReason.NO_MODEL);
    }
    String alias = alias(query.provider(), name, files);
    if (alias != null) {
      return new Product(List.of(alias), query.place(), null, PriceNote.MATCHED_MAPPING, null);
    }
    if (name.startsWith("arn:")) {
      int model = name.indexOf(FOUNDATION_MODEL);
      return model < 0
          ? unknown(UnpricedReason.UNMAPPED_PROFILE)
          : named(List.of(name.substring(model + FOUNDATION_MODEL.length())), query, null);
    }
    boolean both = rules.pricesRequested() && !isEmpty(second) && !second.equals(name);
    return named(
        both ? List.of(name, second) : List.of(name),
        query,
        assumed ? PriceNote.MODEL_ASSUMED : null);
  }

  private static Product named(List<String> names, Query query, PriceNote note) {
    return new Product(names, query.place(), null, note, null);
  }

  private static Product unknown(UnpricedReason reason) {
    return new Product(List.of(), "", null, null, reason);
  }

  private static String alias(String provider, String name, List<PriceFile> files) {
    for (PriceFile file : files) {
      for (PriceFile.Alias alias : file.aliases()) {
        if (alias.provider().equals(provider) && alias.name().equals(name)) {
          return alias.model();
        }
      }
    }
    return null;
  }

  private static boolean isEmpty(String text) {
    return text == null || text.isEmpty();
  }
}
