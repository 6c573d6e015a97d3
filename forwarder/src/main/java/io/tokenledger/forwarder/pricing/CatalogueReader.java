package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one provider's part of a catalogue (format: {@code docs/pricing.md}). Strict: a key that it
 * does not know, a rate that is not a decimal string, or a period that overlaps another stops it.
 */
final class CatalogueReader {
  private static final Set<String> FILE_KEYS =
      Set.of(
          "provider",
          "version",
          "currency",
          "sources",
          "tiers",
          "billed_output_items",
          "unbilled_tools",
          "name_prefixes",
          "resells",
          "product",
          "free_names",
          "of_input",
          "note",
          "tools",
          "models");
  private static final Set<String> MODEL_KEYS =
      Set.of("model", "names", "regions", "tools", "periods");
  private static final Set<String> PERIOD_KEYS =
      Set.of("source", "from", "to", "note", "rates", "above", "graduated");

  private final FileNode root;
  private final RateReader rates;

  private CatalogueReader(FileNode root) {
    this.root = root;
    this.rates = new RateReader();
  }

  static ProviderPrices readResource(String path) {
    try (InputStream stream = CatalogueReader.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new CatalogueException("The price catalogue " + path + " is missing in this jar.");
      }
      return read(path, stream);
    } catch (IOException failure) {
      throw new CatalogueException(
          path + " cannot be read: " + failure.getMessage().lines().findFirst().orElse(""),
          failure);
    }
  }

  static ProviderPrices read(String file, InputStream stream) throws IOException {
    JsonNode root =
        file.endsWith(".json")
            ? new JsonMapper().readTree(stream)
            : new YAMLMapper().readTree(stream);
    return read(new FileNode(file, "the file", root));
  }

  static ProviderPrices read(FileNode root) {
    return new CatalogueReader(root).provider();
  }

  private ProviderPrices provider() {
    root.only(FILE_KEYS);
    String currency = root.text("currency");
    if (!currency.matches("[A-Z]{3}")) {
      throw root.wrong("currency is " + currency + ", not three capital letters such as USD");
    }
    String product = root.textOr("product", "served");
    if (!product.equals("served") && !product.equals("requested")) {
      throw root.wrong("product is " + product + ": served or requested");
    }
    ProviderRules rules =
        new ProviderRules(
            root.textMap("tiers"),
            new HashSet<>(root.texts("billed_output_items")),
            new HashSet<>(root.texts("unbilled_tools")),
            root.texts("name_prefixes"),
            root.texts("resells"),
            product.equals("requested"),
            root.texts("free_names"),
            ofInput());
    List<ModelPrices> models = new ArrayList<>();
    for (FileNode model : root.items("models", "a model")) {
      models.add(model(model));
    }
    return ProviderPrices.of(root.text("provider"), rules, models);
  }

  private Map<Unit, BigDecimal> ofInput() {
    FileNode shares = root.at("of_input", "of_input");
    Map<Unit, BigDecimal> byUnit = new EnumMap<>(Unit.class);
    for (String name : shares.fields().keySet()) {
      Unit unit = Unit.of(name);
      if (unit == null || !unit.isToken() || unit == Unit.INPUT) {
        throw root.wrong("of_input has '" + name + "', which is no other class of tokens");
      }
      byUnit.put(unit, shares.decimal(name));
    }
    return byUnit;
  }

  private ModelPrices model(FileNode unnamed) {
    FileNode node = unnamed.named(unnamed.text("model"));
    node.only(MODEL_KEYS);
    Map<String, Rate> tools = rates.perCall(root.at("tools", "tools of all models"));
    tools.putAll(rates.perCall(node.at("tools", node.where() + " tools")));
    FileNode regions = node.at("regions", node.where() + " regions");
    List<PriceSheet> sheets = new ArrayList<>();
    Instant end = null;
    boolean first = true;
    for (FileNode period : node.items("periods", node.where())) {
      period.only(PERIOD_KEYS);
      Instant from = period.time("from");
      if (!first && (end == null || from == null || from.isBefore(end))) {
        throw root.wrong(node.where() + " has periods that overlap or are out of order");
      }
      end = period.time("to");
      first = false;
      for (PriceSheet sheet : sheets(node.where(), period, tools)) {
        sheets.add(sheet);
        for (String region : regions.fields().keySet()) {
          sheets.add(sheet.inRegion(region, regions.decimal(region)));
        }
      }
    }
    if (sheets.isEmpty()) {
      throw root.wrong(node.where() + " has no prices");
    }
    return new ModelPrices(node.where(), node.texts("names"), regions.fields().keySet(), sheets);
  }

  private List<PriceSheet> sheets(String model, FileNode period, Map<String, Rate> tools) {
    PriceSheet.Source source = source(model, period);
    List<PriceSheet> sheets = new ArrayList<>();
    for (String tier : period.at("rates", model).fields().keySet()) {
      sheets.add(
          PriceSheet.of(
              new PriceSheet.Key(root.text("provider"), model, "", tier),
              period.time("from"),
              period.time("to"),
              root.text("currency"),
              rates.read(period.at("rates", model).at(tier, model + " " + tier)),
              bands(period, model, tier),
              tools,
              source));
    }
    return sheets;
  }

  private PriceSheet.Source source(String model, FileNode period) {
    FileNode sources = root.at("sources", model + " source");
    FileNode source = sources.at(period.text("source"), model + " source");
    return new PriceSheet.Source(
        source.text("name"), LocalDate.parse(source.text("date")), period.textOr("note", null));
  }

  /** A tier that a band does not name has no known rates there: an empty band. */
  private Bands bands(FileNode period, String model, String tier) {
    List<FileNode> written =
        period.json().path("above").isArray()
            ? period.items("above", model)
            : period.has("above") ? List.of(period.at("above", model)) : List.of();
    List<Bands.Band> bands = new ArrayList<>();
    long before = 0;
    for (FileNode band : written) {
      band.only(Set.of("input_tokens", "rates"));
      long above = band.json().path("input_tokens").asLong();
      if (above <= before) {
        throw root.wrong(model + ": the bounds of 'above' must grow from above 0");
      }
      before = above;
      bands.add(
          new Bands.Band(above, rates.read(band.at("rates", model).at(tier, model + " " + tier))));
    }
    return new Bands(period.flag("graduated"), bands);
  }
}
