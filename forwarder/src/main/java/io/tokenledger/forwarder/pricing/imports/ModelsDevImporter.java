package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.forwarder.pricing.CatalogueException;
import java.util.Map;

/** Reads models.dev's {@code api.json}: an object of providers, USD per million. */
final class ModelsDevImporter implements Importer {
  private static final Map<String, String> UNITS =
      Map.of(
          "input", "input",
          "output", "output",
          "reasoning", "reasoning",
          "cache_read", "cache_read",
          "cache_write", "cache_write",
          "input_audio", "audio_input",
          "output_audio", "audio_output");

  private static final long LONG_CONTEXT = 200_000;

  @Override
  public ImportedPrices read(JsonNode root) {
    ImportedPrices prices = new ImportedPrices();
    root.fields()
        .forEachRemaining(
            provider -> {
              JsonNode models = provider.getValue().path("models");
              if (!models.isObject()) {
                throw new CatalogueException(
                    "A models.dev file is an object of providers with 'models'; '"
                        + provider.getKey()
                        + "' has none.");
              }
              models
                  .fields()
                  .forEachRemaining(
                      model -> {
                        prices.entry();
                        read(provider.getKey(), model.getKey(), model.getValue(), prices);
                      });
            });
    return prices;
  }

  private static void read(String provider, String id, JsonNode entry, ImportedPrices prices) {
    JsonNode cost = entry.path("cost");
    if (!cost.isObject()) {
      prices.skip("no price");
      return;
    }
    ImportedModel model = new ImportedModel(ProviderNames.ofModelsDev(provider), id);
    ImportedModel.Period period = model.onlyPeriod();
    rates(cost, period.tier("standard"), prices);
    for (JsonNode tier : cost.path("tiers")) {
      JsonNode kind = tier.path("tier");
      if (kind.path("type").asText().equals("context")) {
        rates(tier, period.tierAbove(kind.path("size").asLong(), "standard"), prices);
      } else {
        prices.leaveOut("rates by " + kind.path("type").asText());
      }
    }
    if (cost.path("context_over_200k").isObject() && period.above.isEmpty()) {
      rates(cost.path("context_over_200k"), period.tierAbove(LONG_CONTEXT, "standard"), prices);
    }
    modes(entry.path("experimental").path("modes"), period, prices);
    prices.take(model);
  }

  /** A mode is a tier where it says which tier to ask for. */
  private static void modes(JsonNode modes, ImportedModel.Period period, ImportedPrices prices) {
    modes
        .fields()
        .forEachRemaining(
            mode -> {
              JsonNode body = mode.getValue().path("provider").path("body");
              String tier = body.path("service_tier").textValue();
              String speed = body.path("speed").textValue();
              if (tier == null && speed == null) {
                prices.leaveOut("rates of modes");
              } else if (mode.getValue().path("cost").isObject()) {
                rates(
                    mode.getValue().path("cost"), period.tier(tier == null ? speed : tier), prices);
              }
            });
  }

  private static void rates(JsonNode cost, ImportedModel.RateTable table, ImportedPrices prices) {
    UNITS.forEach(
        (name, unit) -> {
          JsonNode rate = cost.path(name);
          if (rate.isNumber()) {
            table.put(unit, rate.decimalValue());
          } else if (!rate.isMissingNode() && !rate.isNull()) {
            prices.leaveOut(ImportedPrices.NO_NUMBER);
          }
        });
  }
}
