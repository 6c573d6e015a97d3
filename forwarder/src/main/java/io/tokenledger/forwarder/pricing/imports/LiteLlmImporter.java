package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.forwarder.pricing.CatalogueException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads LiteLLM's price file: one flat object, key = model, USD per token. Keys of rates are {@code
 * <base>[_above_1hr][_above_<N>k_tokens][_priority|_flex|_batches]}; {@code _above_1hr} is the
 * lifetime of a cache write, not a context band.
 */
final class LiteLlmImporter implements Importer {
  private static final Pattern RATE =
      Pattern.compile("(.+?)(_above_1hr)?(?:_above_(\\d+)k_tokens)?(?:_(priority|flex|batches))?");

  private static final Map<String, String> TOKENS =
      Map.ofEntries(
          Map.entry("input_cost_per_token", "input"),
          Map.entry("output_cost_per_token", "output"),
          Map.entry("output_cost_per_reasoning_token", "reasoning"),
          Map.entry("cache_read_input_token_cost", "cache_read"),
          Map.entry("cache_creation_input_token_cost", "cache_write"),
          Map.entry("input_cost_per_audio_token", "audio_input"),
          Map.entry("output_cost_per_audio_token", "audio_output"),
          Map.entry("cache_read_input_audio_token_cost", "audio_cache_read"),
          Map.entry("input_cost_per_image_token", "image_input"),
          Map.entry("output_cost_per_image_token", "image_output"));

  private static final Map<String, String> PIECES =
      Map.ofEntries(
          Map.entry("input_cost_per_second", "second"),
          Map.entry("input_cost_per_audio_per_second", "second"),
          Map.entry("input_cost_per_character", "character"),
          Map.entry("input_cost_per_request", "request"),
          Map.entry("ocr_cost_per_page", "page"),
          Map.entry("output_cost_per_image", "image"));

  /** Other measures of what is sold by the token: charged beside the tokens they would be twice. */
  private static final Set<String> ALTERNATIVES = Set.of("second", "character", "page", "image");

  private static final Map<String, String> TIERS =
      Map.of("priority", "priority", "flex", "flex", "batches", "batch");

  @Override
  public ImportedPrices read(JsonNode root) {
    if (!root.isObject()) {
      throw new CatalogueException("A LiteLLM price file is one object of models.");
    }
    ImportedPrices prices = new ImportedPrices();
    root.fields()
        .forEachRemaining(
            entry -> {
              prices.entry();
              read(entry.getKey(), entry.getValue(), prices);
            });
    return prices;
  }

  private static void read(String key, JsonNode entry, ImportedPrices prices) {
    String sold = entry.path("litellm_provider").asText("");
    if (key.equals("sample_spec") || sold.isEmpty()) {
      prices.skip("documentation, not a model");
      return;
    }
    if (key.contains("-month-commitment/")) {
      prices.skip("capacity by commitment");
      return;
    }
    if (key.matches(
        "(\\d+-x-\\d+|max-x-max)/.*|.*/(hd|standard|low|medium|high|auto)/\\d+-x-\\d+/.*")) {
      prices.skip("price by size or quality of an image, which no row tells");
      return;
    }
    String provider = ProviderNames.ofLiteLlm(sold);
    ImportedModel model = new ImportedModel(provider, name(key, sold, provider));
    entry.fields().forEachRemaining(field -> rate(field.getKey(), field.getValue(), model, prices));
    tiered(entry.path("tiered_pricing"), model);
    searches(entry, model);
    queries(entry, model);
    factors(entry, model);
    alternatives(model);
    lifetimes(model);
    prices.take(model);
  }

  /** The name without what LiteLLM puts before it to tell providers apart. */
  private static String name(String key, String sold, String provider) {
    for (String prefix :
        new String[] {sold + "/", provider + "/", "vertex_ai/", "bedrock/", "cohere/"}) {
      if (key.startsWith(prefix)) {
        return key.substring(prefix.length());
      }
    }
    return key;
  }

  private static void rate(String key, JsonNode value, ImportedModel model, ImportedPrices prices) {
    if (!key.contains("cost")) {
      return;
    }
    if (!value.isNumber()) {
      if (value.isTextual()) {
        prices.leaveOut(ImportedPrices.NO_NUMBER);
      }
      return;
    }
    Matcher parts = RATE.matcher(key);
    parts.matches();
    String piece = PIECES.get(key);
    if (piece != null) {
      model.onlyPeriod().tier("standard").putIfAbsent(piece, value.decimalValue());
      return;
    }
    String unit = TOKENS.get(parts.group(1));
    if (unit == null) {
      prices.leaveOut("rates in " + parts.group(1));
      return;
    }
    if (parts.group(2) != null) {
      unit = "cache_write_1h";
    }
    String tier = parts.group(4) == null ? "standard" : TIERS.get(parts.group(4));
    ImportedModel.RateTable table =
        parts.group(3) == null
            ? model.onlyPeriod().tier(tier)
            : model.onlyPeriod().tierAbove(Long.parseLong(parts.group(3)) * 1000, tier);
    table.put(unit, value.decimalValue().movePointRight(6));
  }

  private static void tiered(JsonNode tiers, ImportedModel model) {
    for (JsonNode tier : tiers) {
      long above = tier.path("range").path(0).asLong();
      ImportedModel.RateTable table =
          above == 0
              ? model.onlyPeriod().tier("standard")
              : model.onlyPeriod().tierAbove(above, "standard");
      tier.fields()
          .forEachRemaining(
              field -> {
                String unit = TOKENS.get(field.getKey());
                if (unit != null && field.getValue().isNumber()) {
                  table.put(unit, field.getValue().decimalValue().movePointRight(6));
                }
              });
    }
  }

  /** Perplexity charges each call by how much it searches; others charge each search alike. */
  private static void searches(JsonNode entry, ImportedModel model) {
    JsonNode sizes = entry.path("search_context_cost_per_query");
    JsonNode low = sizes.path("search_context_size_low");
    boolean alike =
        low.isNumber()
            && low.equals(sizes.path("search_context_size_medium"))
            && low.equals(sizes.path("search_context_size_high"));
    if (model.provider.equals("perplexity")) {
      sizes
          .fields()
          .forEachRemaining(
              size ->
                  model.tools.put(
                      size.getKey().replace("search_context_size_", "search_context_"),
                      size.getValue().decimalValue()));
    } else if (alike) {
      model.tools.put(searchTool(model), low.decimalValue());
    }
  }

  /** Gemini 3 is charged by query, its predecessors by request that was grounded. */
  private static String searchTool(ImportedModel model) {
    if (!model.provider.equals("gemini") && !model.model.startsWith("gemini")) {
      return "web_search_requests";
    }
    return model.model.startsWith("gemini-3") ? "web_search_queries" : "grounded_requests";
  }

  private static void queries(JsonNode entry, ImportedModel model) {
    JsonNode rate = entry.path("input_cost_per_query");
    if (rate.isNumber()) {
      String unit = entry.path("mode").asText().equals("rerank") ? "search_unit" : "request";
      model.onlyPeriod().tier("standard").put(unit, rate.decimalValue());
    }
  }

  private static void factors(JsonNode entry, ImportedModel model) {
    for (String region : new String[] {"eu", "us"}) {
      JsonNode uplift = entry.path("regional_processing_uplift_multiplier_" + region);
      if (uplift.isNumber()) {
        model.regions.put(region, uplift.decimalValue());
      }
    }
    JsonNode specific = entry.path("provider_specific_entry");
    if (specific.path("us").isNumber()) {
      model.regions.put("us", specific.path("us").decimalValue());
    }
    if (specific.path("fast").isNumber()) {
      BigDecimal factor = specific.path("fast").decimalValue();
      ImportedModel.RateTable fast = model.onlyPeriod().tier("fast");
      model
          .onlyPeriod()
          .tier("standard")
          .forEach((unit, rate) -> fast.put(unit, rate.multiply(factor)));
    }
  }

  private static void alternatives(ImportedModel model) {
    if (model.periods.isEmpty()) {
      return;
    }
    ImportedModel.RateTable standard = model.onlyPeriod().tier("standard");
    boolean tokens =
        standard.keySet().stream()
            .anyMatch(
                unit ->
                    (TOKENS.containsValue(unit) || unit.startsWith("cache_"))
                        && standard.get(unit).signum() > 0);
    if (tokens) {
      standard.keySet().removeAll(ALTERNATIVES);
    }
  }

  /** Where one hour has a price of its own, the other writes are those of five minutes. */
  private static void lifetimes(ImportedModel model) {
    for (ImportedModel.Period period : model.periods) {
      period.rates.values().forEach(LiteLlmImporter::nameFiveMinutes);
      period
          .above
          .values()
          .forEach(tiers -> tiers.values().forEach(LiteLlmImporter::nameFiveMinutes));
    }
  }

  private static void nameFiveMinutes(ImportedModel.RateTable table) {
    if (table.containsKey("cache_write_1h") && table.containsKey("cache_write")) {
      table.put("cache_write_5m", table.remove("cache_write"));
    }
  }
}
