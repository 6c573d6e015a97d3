package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a price file of the user's: overrides, contracts, exchange rates, deployments, aliases
 * (format: {@code docs/pricing.md}). As strict as {@link CatalogueReader}.
 */
public final class PriceFileReader {
  private static final Set<String> KEYS =
      Set.of(
          "name", "layer", "prices", "discounts", "exchange_rates", "azure_deployments", "aliases");
  private static final Set<String> DEPLOYMENT_TYPES =
      Set.of(
          "global_standard",
          "data_zone_us",
          "data_zone_eu",
          "regional",
          "global_batch",
          "provisioned");

  private final FileNode root;

  private PriceFileReader(FileNode root) {
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @param file what to call it in complaints; ending in {@code .json} it is JSON, else YAML
   * @throws CatalogueException when it cannot be used, with a sentence that says where
   */
  public static PriceFile read(String file, String content) {
    try {
      JsonNode root =
          file.endsWith(".json")
              ? new JsonMapper().readTree(content)
              : new YAMLMapper().readTree(content);
      if (!(root instanceof ObjectNode)) {
        throw new CatalogueException("Price catalogue " + file + ": it must consist of keys.");
      }
      return new PriceFileReader(new FileNode(file, "the file", root)).file(content);
    } catch (JsonProcessingException malformed) {
      throw new CatalogueException(
          "Price catalogue "
              + file
              + " line "
              + malformed.getLocation().getLineNr()
              + ": "
              + malformed.getOriginalMessage().lines().findFirst().orElse("malformed")
              + ".",
          malformed);
    }
  }

  private PriceFile file(String content) {
    root.only(KEYS);
    PriceFile.Layer layer = layer();
    List<ProviderPrices> providers = new ArrayList<>();
    for (FileNode provider : root.items("prices", "prices")) {
      providers.add(CatalogueReader.read(provider));
    }
    List<PriceFile.Discount> discounts = discounts();
    if (layer != PriceFile.Layer.CONTRACT && !discounts.isEmpty()) {
      throw root.wrong("discounts belong into a file whose layer is contract");
    }
    return new PriceFile(
        root.text("name"),
        layer,
        providers,
        discounts,
        exchangeRates(),
        deployments(),
        aliases(),
        content);
  }

  private PriceFile.Layer layer() {
    String text = root.text("layer");
    for (PriceFile.Layer layer : PriceFile.Layer.values()) {
      if (layer.text().equals(text) && layer != PriceFile.Layer.BUILT_IN) {
        return layer;
      }
    }
    throw root.wrong("layer is '" + text + "': contract, override or import");
  }

  private List<PriceFile.Discount> discounts() {
    List<PriceFile.Discount> discounts = new ArrayList<>();
    for (FileNode node : root.items("discounts", "a discount")) {
      node.only(Set.of("provider", "model", "tier", "from", "to", "percent", "source"));
      if (node.decimal("percent").compareTo(java.math.BigDecimal.valueOf(100)) > 0) {
        throw node.wrong("a discount takes off more than 100 percent");
      }
      discounts.add(
          new PriceFile.Discount(
              node.text("provider"),
              node.textOr("model", "*"),
              node.textOr("tier", null),
              node.time("from"),
              node.time("to"),
              node.decimal("percent")));
    }
    return discounts;
  }

  private List<PriceFile.ExchangeRate> exchangeRates() {
    List<PriceFile.ExchangeRate> rates = new ArrayList<>();
    for (FileNode node : root.items("exchange_rates", "an exchange rate")) {
      node.only(Set.of("currency", "from", "usd", "source"));
      if (!node.has("from")) {
        throw node.wrong("an exchange rate lacks 'from', the day it begins to hold");
      }
      rates.add(
          new PriceFile.ExchangeRate(
              node.text("currency"), node.time("from"), node.decimal("usd"), node.text("source")));
    }
    return rates;
  }

  private List<PriceFile.Deployment> deployments() {
    List<PriceFile.Deployment> deployments = new ArrayList<>();
    for (FileNode node : root.items("azure_deployments", "a deployment")) {
      node.only(Set.of("resource", "deployment", "model", "type"));
      String type = node.textOr("type", "global_standard");
      if (!DEPLOYMENT_TYPES.contains(type)) {
        throw node.wrong(
            "deployment type '" + type + "' is none of " + String.join(", ", sortedTypes()));
      }
      deployments.add(
          new PriceFile.Deployment(
              node.text("resource"), node.text("deployment"), node.text("model"), type));
    }
    return deployments;
  }

  private List<PriceFile.Alias> aliases() {
    List<PriceFile.Alias> aliases = new ArrayList<>();
    for (FileNode node : root.items("aliases", "an alias")) {
      node.only(Set.of("provider", "name", "model"));
      aliases.add(
          new PriceFile.Alias(node.text("provider"), node.text("name"), node.text("model")));
    }
    return aliases;
  }

  private static List<String> sortedTypes() {
    return DEPLOYMENT_TYPES.stream().sorted().toList();
  }
}
