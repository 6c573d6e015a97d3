package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * One result of a report, which knows where it stands. What must be there and is not is a
 * complaint, never a zero.
 */
final class ReportResult {
  private final LocalDate day;
  private final String where;
  private final String path;
  private final JsonNode json;

  /**
   * @param where the result, in a complaint
   */
  ReportResult(LocalDate day, String where, JsonNode json) {
    this(day, where, "", json);
  }

  private ReportResult(LocalDate day, String where, String path, JsonNode json) {
    this.day = day;
    this.where = where;
    this.path = path;
    this.json = json;
  }

  /** The UTC day of its bucket. */
  LocalDate day() {
    return day;
  }

  boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** A count that every such result has. */
  BigDecimal count(String name) {
    return wholeNumber(name, present(name));
  }

  /** A count that results may go without; null where this one does. */
  BigDecimal countIfGiven(String name) {
    return has(name) ? wholeNumber(name, json.get(name)) : null;
  }

  /** An object that every such result has. */
  ReportResult object(String name) {
    JsonNode object = present(name);
    if (!object.isObject()) {
      throw complaint(name, "is " + object + ", not an object");
    }
    return new ReportResult(day, where, path + name + ".", object);
  }

  /** A text; null where it is null, or not there: results that are not grouped by it have none. */
  String text(String name) {
    if (!has(name)) {
      return null;
    }
    if (!json.get(name).isTextual()) {
      throw complaint(name, "is " + json.get(name) + ", not text");
    }
    return json.get(name).textValue();
  }

  /** An amount of money, which providers write as a number or as text. */
  BigDecimal usd(String amount, String currency) {
    String code = present(currency).asText();
    if (!code.equalsIgnoreCase("usd")) {
      throw complaint(currency, "is " + code + ", not USD");
    }
    JsonNode value = present(amount);
    try {
      return new BigDecimal(value.asText());
    } catch (NumberFormatException malformed) {
      throw complaint(amount, "is " + value + ", not a number");
    }
  }

  IllegalArgumentException complaint(String name, String what) {
    return new IllegalArgumentException(where + ": '" + path + name + "' " + what);
  }

  private JsonNode present(String name) {
    if (!has(name)) {
      throw complaint(name, json.has(name) ? "is null" : "is missing");
    }
    return json.get(name);
  }

  private BigDecimal wholeNumber(String name, JsonNode number) {
    BigDecimal count = number.isNumber() ? number.decimalValue() : null;
    if (count == null || count.signum() < 0 || count.stripTrailingZeros().scale() > 0) {
      throw complaint(name, "is " + number + ", not a whole number from 0 on");
    }
    return count;
  }
}
