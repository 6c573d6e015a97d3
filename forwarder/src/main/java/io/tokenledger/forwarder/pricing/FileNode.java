package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node of a price file, read strictly: each complaint is a sentence that says where. */
record FileNode(String file, String where, JsonNode json) {
  FileNode at(String key, String name) {
    return new FileNode(file, name, json.path(key));
  }

  List<FileNode> items(String key, String name) {
    List<FileNode> items = new ArrayList<>();
    requireKind(key, json.path(key).isArray(), "a list");
    json.path(key).forEach(item -> items.add(new FileNode(file, name, item)));
    return items;
  }

  FileNode named(String name) {
    return new FileNode(file, name, json);
  }

  void only(Set<String> known) {
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw wrong(where + " has the key '" + key + "', which means nothing here");
              }
            });
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  String text(String key) {
    JsonNode value = json.path(key);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw wrong(where + " lacks '" + key + "'");
    }
    return value.asText();
  }

  String textOr(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  /** True or false; false where it is not there. */
  boolean flag(String key) {
    if (has(key) && !json.get(key).isBoolean()) {
      throw wrong(where + ": " + key + " must be true or false");
    }
    return json.path(key).booleanValue();
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    requireKind(key, json.path(key).isArray(), "a list");
    for (JsonNode item : json.path(key)) {
      texts.add(content(key, item));
    }
    return texts;
  }

  Map<String, String> textMap(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    requireKind(key, json.path(key).isObject(), "a table");
    json.path(key)
        .fields()
        .forEachRemaining(entry -> texts.put(entry.getKey(), content(key, entry.getValue())));
    return texts;
  }

  private void requireKind(String key, boolean is, String kind) {
    if (has(key) && !is) {
      throw wrong(where + ": " + key + " must be " + kind);
    }
  }

  private String content(String key, JsonNode item) {
    if (!item.isValueNode() || item.isNull()) {
      throw wrong(where + ": " + key + " has " + item + ", which is no text");
    }
    return item.asText();
  }

  /** None where there is nothing. */
  Map<String, JsonNode> fields() {
    if (!json.isObject() && !json.isMissingNode() && !json.isNull()) {
      throw wrong(where + " is " + json + ", not a table");
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    json.fields().forEachRemaining(entry -> fields.put(entry.getKey(), entry.getValue()));
    return fields;
  }

  /** Only quoted decimals: a YAML number would pass through binary floating point. */
  BigDecimal decimal(String key) {
    JsonNode value = json.path(key);
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

  /** A day, meaning its first instant in UTC, or an instant; null where there is none. */
  Instant time(String key) {
    if (!has(key)) {
      return null;
    }
    String text = json.get(key).asText();
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    } catch (DateTimeException malformed) {
      throw wrong(where + ": " + key + " must be a day (2026-01-31) or an instant in UTC");
    }
  }

  CatalogueException wrong(String what) {
    return new CatalogueException("Price catalogue " + file + ": " + what + ".");
  }
}
