package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes imported models in the project's own format, each with where its prices are from. */
final class CatalogueWriter {
  private static final Pattern DATED = Pattern.compile("(.+?)[-@](\\d{4}-\\d{2}-\\d{2}|\\d{8})");
  private static final JsonMapper MAPPER = new JsonMapper();

  private CatalogueWriter() {}

  /** One provider's file. */
  static ObjectNode provider(String provider, ObjectNode sources, List<ImportedModel> models) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("provider", provider);
    file.put("currency", "USD");
    file.set("sources", sources);
    ArrayNode listed = file.putArray("models");
    for (ImportedModel model : withoutTwins(models)) {
      listed.add(model(model, sources.fieldNames().next()));
    }
    return file;
  }

  /** Models by provider, in order. */
  static SortedMap<String, List<ImportedModel>> byProvider(List<ImportedModel> models) {
    SortedMap<String, List<ImportedModel>> providers = new TreeMap<>();
    for (ImportedModel model : models) {
      providers.computeIfAbsent(model.provider, name -> new ArrayList<>()).add(model);
    }
    return providers;
  }

  static String text(ObjectNode file) {
    try {
      return MAPPER.writeValueAsString(file);
    } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A dated snapshot at the price of the undated model becomes another name of it. */
  static List<ImportedModel> withoutTwins(List<ImportedModel> models) {
    Map<String, ImportedModel> byName = new TreeMap<>();
    models.forEach(model -> byName.put(model.model, model));
    List<ImportedModel> kept = new ArrayList<>();
    for (ImportedModel model : byName.values()) {
      Matcher dated = DATED.matcher(model.model);
      ImportedModel undated = dated.matches() ? byName.get(dated.group(1)) : null;
      if (undated != null && undated.costsTheSameAs(model)) {
        undated.names.add(model.model);
      } else {
        kept.add(model);
      }
    }
    // A name that is a model of its own, or another model's already, stays with that one.
    Set<String> own = new HashSet<>();
    kept.forEach(model -> own.add(model.model));
    Set<String> claimed = new HashSet<>();
    for (ImportedModel model : kept) {
      model.names.removeIf(name -> own.contains(name) || !claimed.add(name));
    }
    return kept;
  }

  static ObjectNode model(ImportedModel model, String source) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model.model);
    if (!model.names.isEmpty()) {
      ArrayNode names = json.putArray("names");
      model.names.forEach(names::add);
    }
    decimals(json, "regions", model.regions);
    decimals(json, "tools", model.tools);
    ArrayNode periods = json.putArray("periods");
    for (ImportedModel.Period period : model.periods) {
      ObjectNode written = periods.addObject();
      written.put("source", period.source == null ? source : period.source);
      if (period.note != null) {
        written.put("note", period.note);
      }
      time(written, "from", period.from);
      time(written, "to", period.to);
      rates(written, period.rates);
      if (!period.above.isEmpty()) {
        ArrayNode above = written.putArray("above");
        period.above.forEach(
            (tokens, tiers) -> {
              ObjectNode band = above.addObject();
              band.put("input_tokens", tokens);
              rates(band, tiers);
            });
      }
    }
    return json;
  }

  private static void rates(ObjectNode json, SortedMap<String, ImportedModel.RateTable> byTier) {
    ObjectNode rates = json.putObject("rates");
    byTier.forEach((tier, table) -> decimals(rates, tier, table));
  }

  private static void decimals(ObjectNode json, String key, Map<String, BigDecimal> decimals) {
    if (!decimals.isEmpty()) {
      ObjectNode object = json.putObject(key);
      decimals.forEach((name, value) -> object.put(name, plain(value)));
    }
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static void time(ObjectNode json, String key, Instant time) {
    if (time != null) {
      json.put(key, time.toString().replace("T00:00:00Z", ""));
    }
  }
}
