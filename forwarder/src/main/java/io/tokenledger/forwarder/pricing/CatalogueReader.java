package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads one provider's catalogue file (format: {@code docs/pricing.md}). Strict: a key that it does
 * not know, a rate that is not a decimal string, or a period that overlaps another stops it.
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
          "tools_note",
          "models");
  private static final Set<String> MODEL_KEYS =
      Set.of("model", "names", "regions", "tools", "periods");
  private static final Set<String> PERIOD_KEYS =
      Set.of("source", "from", "to", "note", "rates", "above");

  private final String file;
  private final JsonNode root;

  private CatalogueReader(String file, JsonNode root) {
    this.file = file;
    this.root = root;
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
    return new CatalogueReader(file, new YAMLMapper().readTree(stream)).provider();
  }

  private ProviderPrices provider() {
    only(root, FILE_KEYS, "the file");
    String currency = text(root, "currency", "the file");
    if (!currency.equals("USD")) {
      throw wrong("currency is " + currency + "; this version prices in USD only");
    }
    Map<String, String> tiers = new TreeMap<>();
    root.path("tiers").fields().forEachRemaining(e -> tiers.put(e.getKey(), e.getValue().asText()));
    Set<String> billed = new HashSet<>();
    root.path("billed_output_items").forEach(item -> billed.add(item.asText()));
    List<ModelPrices> models = new ArrayList<>();
    for (JsonNode model : root.path("models")) {
      models.add(model(model));
    }
    return ProviderPrices.of(text(root, "provider", "the file"), tiers, billed, models);
  }

  private ModelPrices model(JsonNode node) {
    String model = text(node, "model", "a model");
    only(node, MODEL_KEYS, model);
    List<String> names = new ArrayList<>();
    node.path("names").forEach(name -> names.add(name.asText()));
    Map<String, BigDecimal> regions = decimals(node.path("regions"), model + " regions");
    Map<String, BigDecimal> tools = decimals(node.path("tools"), model + " tools");
    List<PriceSheet> sheets = new ArrayList<>();
    Instant end = null;
    boolean first = true;
    for (JsonNode period : node.path("periods")) {
      only(period, PERIOD_KEYS, model);
      Instant from = day(period, "from");
      if (!first && (end == null || from == null || from.isBefore(end))) {
        throw wrong(model + " has periods that overlap or are out of order");
      }
      end = day(period, "to");
      first = false;
      sheets.addAll(sheets(model, period, from, end, regions, tools));
    }
    if (sheets.isEmpty()) {
      throw wrong(model + " has no prices");
    }
    return new ModelPrices(model, names, regions.keySet(), sheets);
  }

  private List<PriceSheet> sheets(
      String model,
      JsonNode period,
      Instant from,
      Instant to,
      Map<String, BigDecimal> regions,
      Map<String, BigDecimal> tools) {
    JsonNode source = root.path("sources").path(text(period, "source", model));
    String sourceName = text(source, "name", model + " source");
    LocalDate sourceDate = LocalDate.parse(text(source, "date", model + " source"));
    String note = period.hasNonNull("note") ? period.get("note").asText() : null;
    JsonNode above = period.path("above");
    Map<String, BigDecimal> factors = new LinkedHashMap<>();
    factors.put("", BigDecimal.ONE);
    factors.putAll(regions);
    List<PriceSheet> sheets = new ArrayList<>();
    period
        .path("rates")
        .fields()
        .forEachRemaining(
            entry -> {
              String tier = entry.getKey();
              Rates rates = rates(entry.getValue(), model + " " + tier);
              // A tier that the long band does not name has no known rates there: an empty band.
              Rates longRates = rates(above.path("rates").path(tier), model + " " + tier);
              factors.forEach(
                  (region, factor) ->
                      sheets.add(
                          PriceSheet.of(
                              root.path("provider").asText(),
                              model,
                              region,
                              tier,
                              from,
                              to,
                              "USD",
                              rates.times(factor),
                              above.isMissingNode()
                                  ? null
                                  : new PriceSheet.LongInputBand(
                                      above.path("input_tokens").asLong(), longRates.times(factor)),
                              tools,
                              sourceName,
                              sourceDate,
                              note)));
            });
    return sheets;
  }

  private Rates rates(JsonNode node, String where) {
    Map<Unit, BigDecimal> rates = new EnumMap<>(Unit.class);
    decimals(node, where).forEach((name, rate) -> rates.put(unit(name, where), rate));
    return new Rates(rates);
  }

  private Unit unit(String name, String where) {
    try {
      return Unit.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw wrong(where + " has a rate for '" + name + "', which is no unit");
    }
  }

  private Map<String, BigDecimal> decimals(JsonNode node, String where) {
    Map<String, BigDecimal> decimals = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            entry ->
                decimals.put(entry.getKey(), decimal(entry.getValue(), where, entry.getKey())));
    return decimals;
  }

  /** Only quoted decimals: a YAML number would pass through binary floating point. */
  private BigDecimal decimal(JsonNode value, String where, String key) {
    try {
      if (value.isTextual()) {
        BigDecimal decimal = new BigDecimal(value.asText());
        if (decimal.signum() >= 0) {
          return decimal;
        }
      }
    } catch (NumberFormatException notDecimal) {
      // falls through to the sentence
    }
    throw wrong(where + ": " + key + " must be a quoted decimal that is not negative");
  }

  private Instant day(JsonNode node, String key) {
    return node.hasNonNull(key)
        ? LocalDate.parse(node.get(key).asText()).atStartOfDay().toInstant(ZoneOffset.UTC)
        : null;
  }

  private String text(JsonNode node, String key, String where) {
    JsonNode value = node.path(key);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw wrong(where + " lacks '" + key + "'");
    }
    return value.asText();
  }

  private void only(JsonNode node, Set<String> known, String where) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw wrong(where + " has the key '" + key + "', which means nothing here");
              }
            });
  }

  private CatalogueException wrong(String what) {
    return new CatalogueException("Price catalogue " + file + ": " + what + ".");
  }
}
