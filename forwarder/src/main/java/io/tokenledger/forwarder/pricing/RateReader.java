package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads rates: a quoted decimal, or an object where the quantity is not the usual one. */
final class RateReader {
  private static final Set<String> KEYS = Set.of("rate", "per", "min_quantity", "quantity_step");

  /** Rates by unit; empty where there are none. */
  Rates read(FileNode node) {
    Map<Unit, Rate> rates = new EnumMap<>(Unit.class);
    for (String name : node.fields().keySet()) {
      Unit unit = Unit.of(name);
      if (unit == null) {
        throw node.wrong(node.where() + " has a rate for '" + name + "', which is no unit");
      }
      rates.put(unit, rate(node, name, unit.isToken() ? Rate.PER_MILLION : 0));
    }
    return new Rates(rates);
  }

  /** Rates of server tools, per call. */
  Map<String, Rate> perCall(FileNode node) {
    Map<String, Rate> rates = new LinkedHashMap<>();
    node.fields().keySet().forEach(name -> rates.put(name, rate(node, name, 0)));
    return rates;
  }

  private static Rate rate(FileNode node, String name, int usualPower) {
    JsonNode value = node.json().get(name);
    if (!value.isObject()) {
      return new Rate(node.decimal(name), usualPower, null, null);
    }
    FileNode rate = node.at(name, node.where() + " " + name);
    rate.only(KEYS);
    return new Rate(
        rate.decimal("rate"),
        rate.has("per") ? power(rate) : usualPower,
        rate.has("min_quantity") ? rate.decimal("min_quantity") : null,
        rate.has("quantity_step") ? positive(rate, "quantity_step") : null);
  }

  private static int power(FileNode rate) {
    BigDecimal per = rate.decimal("per").stripTrailingZeros();
    if (per.signum() == 0 || per.precision() != 1 || per.unscaledValue().intValue() != 1) {
      throw rate.wrong(rate.where() + ": per must be a power of ten, so that costs stay exact");
    }
    return -per.scale();
  }

  private static BigDecimal positive(FileNode rate, String key) {
    BigDecimal value = rate.decimal(key);
    if (value.signum() == 0) {
      throw rate.wrong(rate.where() + ": " + key + " must be above 0");
    }
    return value;
  }
}
