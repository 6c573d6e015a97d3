package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the built-in price lists, one model a line, from two public catalogues. Where both know a
 * model and agree on its input and output, each adds what the other lacks; where they disagree, the
 * later one (genai-prices) counts and a note says what the other has. Of the lists that are kept by
 * hand (OpenAI's, Anthropic's) only what they lack is written, to a file beside them.
 *
 * <p>Arguments: LiteLLM's file, genai-prices' file, the folder to write into.
 */
public final class BuiltInPricesGenerator {
  private static final String BOTH = "both";
  private static final String LITELLM = "litellm";
  private static final String GENAI = "genai-prices";
  private static final String LITELLM_NAME = "LiteLLM model_prices_and_context_window.json";
  private static final String GENAI_NAME = "genai-prices 47df840a5ab1";
  private static final String LITELLM_DATE = "2026-08-06";
  private static final String GENAI_DATE = "2026-08-21";

  private BuiltInPricesGenerator() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[2]);
    SortedMap<String, List<ImportedModel>> litellm =
        read(Importer.Format.LITELLM, Path.of(arguments[0]));
    SortedMap<String, List<ImportedModel>> genai =
        read(Importer.Format.GENAI_PRICES, Path.of(arguments[1]));
    genai.put("vertexai", renamed(genai.getOrDefault("gemini", List.of()), "vertexai"));
    List<String> files = new ArrayList<>(List.of("openai.yml", "anthropic.yml"));
    for (String provider : List.of("openai", "anthropic")) {
      Set<String> known = namesIn(folder.resolve(provider + ".yml"));
      List<ImportedModel> models =
          merge(litellm.getOrDefault(provider, List.of()), genai.getOrDefault(provider, List.of()));
      models.removeIf(model -> known.contains(model.model));
      models.forEach(model -> model.names.removeAll(known));
      String file = provider + "-more.json";
      Files.writeString(
          folder.resolve(file), text(provider, new JsonMapper().createObjectNode(), models));
      files.add(file);
      System.out.println(file + ": " + models.size() + " models");
    }
    JsonNode rules = rules();
    for (String provider : names(rules)) {
      List<ImportedModel> models =
          merge(litellm.getOrDefault(provider, List.of()), genai.getOrDefault(provider, List.of()));
      String file = provider + ".json";
      Files.writeString(folder.resolve(file), text(provider, rules.get(provider), models));
      files.add(file);
      System.out.println(file + ": " + models.size() + " models");
    }
    Files.writeString(folder.resolve("index"), String.join("\n", files) + "\n");
  }

  private static SortedMap<String, List<ImportedModel>> read(Importer.Format format, Path file)
      throws IOException {
    return CatalogueWriter.byProvider(
        CatalogueImport.read(format, Files.readString(file), file.toString()).models());
  }

  private static JsonNode rules() throws IOException {
    try (InputStream stream =
        BuiltInPricesGenerator.class.getResourceAsStream("/prices/provider-rules.yml")) {
      return new YAMLMapper().readTree(stream);
    }
  }

  private static Set<String> namesIn(Path file) throws IOException {
    Set<String> names = new HashSet<>();
    for (JsonNode model : new YAMLMapper().readTree(Files.readString(file)).path("models")) {
      names.add(model.path("model").asText());
      model.path("names").forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  private static List<String> names(JsonNode rules) {
    List<String> names = new ArrayList<>();
    rules.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<ImportedModel> renamed(List<ImportedModel> models, String provider) {
    List<ImportedModel> renamed = new ArrayList<>();
    for (ImportedModel model : models) {
      ImportedModel copy = new ImportedModel(provider, model.model);
      copy.names.addAll(model.names);
      copy.tools.putAll(model.tools);
      model.periods.forEach(period -> copy.periods.add(copy(period)));
      renamed.add(copy);
    }
    return renamed;
  }

  /** A period of its own, down to the tables of rates. */
  private static ImportedModel.Period copy(ImportedModel.Period period) {
    ImportedModel.Period copy = new ImportedModel.Period(period.from);
    copy.to = period.to;
    period.rates.forEach((tier, rates) -> copy.tier(tier).putAll(rates));
    period.above.forEach(
        (tokens, tiers) ->
            tiers.forEach((tier, rates) -> copy.tierAbove(tokens, tier).putAll(rates)));
    return copy;
  }

  private static List<ImportedModel> merge(List<ImportedModel> litellm, List<ImportedModel> genai) {
    Map<String, ImportedModel> byName = new HashMap<>();
    litellm.forEach(model -> byName.put(model.model, model));
    SortedMap<String, ImportedModel> merged = new TreeMap<>();
    for (ImportedModel model : litellm) {
      mark(model, LITELLM, null);
      merged.put(model.model, model);
    }
    for (ImportedModel model : genai) {
      ImportedModel other = byName.get(model.model);
      mark(model, GENAI, null);
      if (other != null) {
        join(model, other);
      }
      merged.put(model.model, model);
    }
    return CatalogueWriter.withoutTwins(new ArrayList<>(merged.values()));
  }

  private static void join(ImportedModel model, ImportedModel other) {
    ImportedModel.Period now = model.periods.get(model.periods.size() - 1);
    ImportedModel.RateTable ours = now.tier("standard");
    ImportedModel.RateTable theirs = other.onlyPeriod().tier("standard");
    model.regions.putAll(other.regions);
    other.tools.forEach(model.tools::putIfAbsent);
    if (model.tools.keySet().stream().anyMatch(tool -> tool.startsWith("search_context_"))) {
      ours.remove("request"); // the same fee, without the size that it depends on
    }
    if (!same(ours.get("input"), theirs.get("input"))
        || !same(ours.get("output"), theirs.get("output"))) {
      now.note = "LiteLLM has " + theirs;
      return;
    }
    now.source = BOTH;
    ImportedModel.Period add = other.onlyPeriod();
    add.rates.forEach(
        (tier, rates) -> rates.forEach((unit, rate) -> now.tier(tier).putIfAbsent(unit, rate)));
    add.above.forEach(
        (tokens, tiers) ->
            tiers.forEach(
                (tier, rates) ->
                    rates.forEach(
                        (unit, rate) -> now.tierAbove(tokens, tier).putIfAbsent(unit, rate))));
  }

  private static boolean same(BigDecimal first, BigDecimal second) {
    return first == null ? second == null : second != null && first.compareTo(second) == 0;
  }

  private static void mark(ImportedModel model, String source, String note) {
    model.periods.forEach(
        period -> {
          period.source = source;
          period.note = note;
        });
  }

  private static String text(String provider, JsonNode rules, List<ImportedModel> models) {
    for (ImportedModel model : models) {
      rules.path("names").path(model.model).forEach(name -> model.names.add(name.asText()));
    }
    ObjectNode head = new JsonMapper().createObjectNode();
    head.put("provider", provider);
    head.put("version", GENAI_DATE);
    head.put("currency", "USD");
    ObjectNode sources = head.putObject("sources");
    sources
        .putObject(BOTH)
        .put("name", GENAI_NAME + " and " + LITELLM_NAME + " (" + LITELLM_DATE + "), which agree")
        .put("date", GENAI_DATE);
    sources.putObject(LITELLM).put("name", LITELLM_NAME).put("date", LITELLM_DATE);
    sources.putObject(GENAI).put("name", GENAI_NAME).put("date", GENAI_DATE);
    rules
        .fields()
        .forEachRemaining(
            rule -> {
              if (!rule.getKey().equals("names")) {
                head.set(rule.getKey(), rule.getValue());
              }
            });
    StringBuilder text = new StringBuilder("{\n");
    head.fields()
        .forEachRemaining(
            field ->
                text.append('"')
                    .append(field.getKey())
                    .append("\": ")
                    .append(field.getValue())
                    .append(",\n"));
    text.append("\"models\": [\n");
    ArrayNode listed = new JsonMapper().createArrayNode();
    models.forEach(model -> listed.add(CatalogueWriter.model(model, BOTH)));
    for (int i = 0; i < listed.size(); i++) {
      text.append(listed.get(i)).append(i + 1 < listed.size() ? ",\n" : "\n");
    }
    return text.append("]\n}\n").toString();
  }
}
