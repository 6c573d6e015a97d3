package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a row counts beside tokens, from its {@code billable}: seconds, pages, images, characters,
 * search units; and the tokens that Cohere says it charges, which are fewer than it processed.
 *
 * @param tokens the charged tokens where the provider counts them apart; null elsewhere
 */
record BillableUnits(Map<Unit, BigDecimal> quantities, TokenCounts tokens) {
  private static final String BILLED_UNITS = "billed_units";
  private static final BillableUnits NONE = new BillableUnits(Map.of(), null);

  /** The agent's names of quantities, which are the providers'. */
  private static final Map<String, Unit> NAMES =
      Map.ofEntries(
          Map.entry("duration_seconds", Unit.SECOND),
          Map.entry("seconds", Unit.SECOND),
          Map.entry("prompt_audio_seconds", Unit.SECOND),
          Map.entry("pages_processed", Unit.PAGE),
          Map.entry("pages", Unit.PAGE),
          Map.entry("characters", Unit.CHARACTER),
          Map.entry("billable_characters", Unit.CHARACTER),
          Map.entry("images", Unit.IMAGE),
          Map.entry("search_units", Unit.SEARCH_UNIT));

  static BillableUnits of(UsageRecord usage) {
    if (usage.get(UsageField.BILLABLE) == null
        && usage.get(UsageField.SERVER_TOOL_REQUESTS) == null) {
      return NONE;
    }
    Map<Unit, BigDecimal> quantities = new EnumMap<>(Unit.class);
    JsonNode billable = Json.parse(usage.get(UsageField.BILLABLE));
    JsonNode billed =
        billable.path(BILLED_UNITS).isObject() ? billable.path(BILLED_UNITS) : billable;
    collect(billed, quantities);
    collect(billable, quantities);
    collect(Json.parse(usage.get(UsageField.SERVER_TOOL_REQUESTS)), quantities);
    TokenCounts tokens =
        TokenCounts.billed(
            count(billed, "input_tokens"),
            count(billed, "output_tokens"),
            count(billed, "image_tokens"));
    return new BillableUnits(quantities, tokens.areUnknown() ? null : tokens);
  }

  /** Whether a count among server tools is a unit of its own, not a tool. */
  static boolean isUnit(String name) {
    return NAMES.containsKey(name);
  }

  boolean isEmpty() {
    return quantities.isEmpty() && tokens == null;
  }

  /**
   * Charges every quantity that the sheet sells. A quantity without a rate is another measure of
   * tokens that are charged (seconds of audio beside its tokens), unless nothing else is sold.
   */
  Charges charge(UsageRecord usage, PriceSheet sheet, boolean tokensKnown) {
    List<Charge> lines = new ArrayList<>();
    Set<Charge.Part> known = EnumSet.noneOf(Charge.Part.class);
    for (Map.Entry<Unit, BigDecimal> entry : quantities.entrySet()) {
      Rate rate = sheet.rates().get(entry.getKey());
      if (rate != null) {
        Charge.Part part = part(entry.getKey(), usage);
        lines.add(Charge.of(part, entry.getKey().text(), entry.getValue(), rate, 0));
        known.add(part);
      } else if (entry.getValue().signum() > 0 && isTheOnlyMeasure(entry.getKey(), tokensKnown)) {
        return Charges.none(UnpricedReason.NO_RATE);
      }
    }
    Rate request = sheet.rates().get(Unit.REQUEST);
    if (request != null) {
      lines.add(Charge.of(Charge.Part.TOOL, Unit.REQUEST.text(), BigDecimal.ONE, request, 0));
      known.add(Charge.Part.TOOL);
    }
    return new Charges(lines, known, null, null);
  }

  private static boolean isTheOnlyMeasure(Unit unit, boolean tokensKnown) {
    return unit == Unit.SEARCH_UNIT || !tokensKnown;
  }

  private static Charge.Part part(Unit unit, UsageRecord usage) {
    String api = usage.get(UsageField.API);
    boolean generated = unit == Unit.IMAGE && (api == null || !api.contains("embed"));
    return generated ? Charge.Part.OUTPUT : Charge.Part.INPUT;
  }

  private static void collect(JsonNode object, Map<Unit, BigDecimal> quantities) {
    NAMES.forEach(
        (name, unit) -> {
          JsonNode value = object.path(name);
          if (value.isNumber() && value.decimalValue().signum() >= 0) {
            quantities.putIfAbsent(unit, value.decimalValue());
          }
        });
  }

  private static Long count(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isNumber() ? Long.valueOf(value.longValue()) : null;
  }
}
