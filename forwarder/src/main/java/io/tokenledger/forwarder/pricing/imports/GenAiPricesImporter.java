package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.forwarder.pricing.CatalogueException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Reads pydantic's genai-prices v2: an array of providers, USD per million (thousand for calls),
 * with conditional prices by date. Its units hold each other (input holds cache), ours are the most
 * specific ones, so the rates are the same.
 */
final class GenAiPricesImporter implements Importer {
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("input_mtok", "input"),
          Map.entry("output_mtok", "output"),
          Map.entry("cache_read_mtok", "cache_read"),
          Map.entry("cache_write_mtok", "cache_write"),
          Map.entry("cache_write_1h_mtok", "cache_write_1h"),
          Map.entry("input_audio_mtok", "audio_input"),
          Map.entry("cache_audio_read_mtok", "audio_cache_read"),
          Map.entry("output_audio_mtok", "audio_output"),
          Map.entry("input_image_mtok", "image_input"),
          Map.entry("cache_image_read_mtok", "image_cache_read"),
          Map.entry("output_image_mtok", "image_output"),
          Map.entry("output_reasoning_mtok", "reasoning"));

  @Override
  public ImportedPrices read(JsonNode root) {
    if (!root.isArray()) {
      throw new CatalogueException("A genai-prices v2 file is an array of providers.");
    }
    ImportedPrices prices = new ImportedPrices();
    for (JsonNode provider : root) {
      for (JsonNode model : provider.path("models")) {
        prices.entry();
        read(provider.path("id").asText(), model, prices);
      }
    }
    return prices;
  }

  private static void read(String providerId, JsonNode entry, ImportedPrices prices) {
    String backend =
        providerId.startsWith("huggingface_")
            ? providerId.substring("huggingface_".length()) + "/"
            : "";
    ImportedModel model =
        new ImportedModel(
            ProviderNames.ofGenAiPrices(providerId), backend + entry.path("id").asText());
    names(entry.path("match"), backend, model, prices);
    JsonNode listed = entry.path("prices");
    if (listed.findValue("start_time") != null) {
      prices.skip("prices by the time of day");
      return;
    }
    if (listed.isArray()) {
      listed.forEach(conditional -> period(conditional, model, prices));
    } else {
      rates(listed, new ImportedModel.Period(null), model, prices);
    }
    if (model.tools.containsKey("citations")) {
      prices.skip("charges units that no row counts");
      return;
    }
    model.periods.sort(
        Comparator.comparing(
            period -> period.from, Comparator.nullsFirst(Comparator.naturalOrder())));
    for (int i = 1; i < model.periods.size(); i++) {
      model.periods.get(i - 1).to = model.periods.get(i).from;
    }
    prices.take(model);
  }

  private static void period(JsonNode conditional, ImportedModel model, ImportedPrices prices) {
    String start = conditional.path("constraint").path("start_date").textValue();
    ImportedModel.Period period =
        new ImportedModel.Period(
            start == null ? null : LocalDate.parse(start).atStartOfDay().toInstant(ZoneOffset.UTC));
    rates(conditional.path("prices"), period, model, prices);
  }

  private static void rates(
      JsonNode listed, ImportedModel.Period period, ImportedModel model, ImportedPrices prices) {
    listed
        .fields()
        .forEachRemaining(
            field -> {
              String key = field.getKey();
              if (!isNumber(field.getValue())) {
                prices.leaveOut(ImportedPrices.NO_NUMBER);
                return;
              }
              if (key.equals("web_searches_kcount")) {
                model.tools.put(searchTool(model), base(field.getValue()).movePointLeft(3));
              } else if (key.equals("requests_kcount")) {
                period.tier("standard").put("request", base(field.getValue()).movePointLeft(3));
              } else if (key.equals("output_citation_mtok")) {
                model.tools.put("citations", BigDecimal.ONE);
              } else if (UNITS.containsKey(key)) {
                rate(UNITS.get(key), field.getValue(), period);
              } else {
                prices.leaveOut("rates in " + key);
              }
            });
    nameFiveMinutes(period);
    model.periods.add(period);
  }

  private static String searchTool(ImportedModel model) {
    if (!model.provider.equals("gemini")) {
      return "web_search_requests";
    }
    return model.model.startsWith("gemini-3") ? "web_search_queries" : "grounded_requests";
  }

  private static void rate(String unit, JsonNode value, ImportedModel.Period period) {
    period.tier("standard").put(unit, base(value));
    for (JsonNode tier : value.path("tiers")) {
      period
          .tierAbove(tier.path("start").asLong(), "standard")
          .put(unit, tier.path("price").decimalValue());
    }
  }

  /** A number, or a table of numbers by length. */
  private static boolean isNumber(JsonNode value) {
    for (JsonNode tier : value.path("tiers")) {
      if (!tier.path("price").isNumber() || !tier.path("start").isIntegralNumber()) {
        return false;
      }
    }
    return (value.isObject() ? value.path("base") : value).isNumber();
  }

  private static BigDecimal base(JsonNode value) {
    return value.isObject() ? value.path("base").decimalValue() : value.decimalValue();
  }

  /** Where one hour has a price of its own, the other writes are those of five minutes. */
  private static void nameFiveMinutes(ImportedModel.Period period) {
    List<ImportedModel.RateTable> tables = new ArrayList<>(period.rates.values());
    period.above.values().forEach(tiers -> tables.addAll(tiers.values()));
    for (ImportedModel.RateTable table : tables) {
      if (table.containsKey("cache_write_1h") && table.containsKey("cache_write")) {
        table.put("cache_write_5m", table.remove("cache_write"));
      }
    }
  }

  /** Exact names are taken; patterns are left to our own rules for dated names. */
  private static void names(
      JsonNode match, String backend, ImportedModel model, ImportedPrices prices) {
    match
        .fields()
        .forEachRemaining(
            field -> {
              switch (field.getKey()) {
                case "or" -> field.getValue().forEach(m -> names(m, backend, model, prices));
                case "equals" -> model.names.add(backend + field.getValue().asText());
                case "starts_with" -> {
                  if (!model.model.startsWith(backend + field.getValue().asText())) {
                    prices.leaveOut("names by pattern");
                  }
                }
                default -> prices.leaveOut("names by pattern");
              }
            });
    model.names.remove(model.model);
  }
}
