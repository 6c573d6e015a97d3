package io.tokenledger.agent.provider.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Compares an {@code expected.json} with what the ledger says, field by field: each field has one
 * place, a column or a member of {@code metadata}. Works on anything that gives a column's value by
 * name, so that records in memory, records out of a queue and rows out of Postgres are held to the
 * same.
 */
public final class ExpectedRow {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** Recordings keep this many characters of a message, rows keep more. */
  private static final int RECORDED_ERROR_MESSAGE = 300;

  /** Fields whose place is not the column of their own name. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "status", "http_status",
          "provider_cost_usd", "reported_cost_usd",
          "usage", "usage_raw");

  private static final Set<String> BILLABLE =
      Set.of("billed_units", "duration_seconds", "pages_processed");

  /** What the forwarder adds to each iteration when it prices a row. */
  private static final Set<String> PRICED =
      Set.of("cost_usd", "tool_cost_usd", "price_id", "unpriced_reason");

  /** Prose for readers of the recordings. */
  private static final Set<String> NOT_COMPARED = Set.of("notes");

  private static final Map<String, UsageField<?>> COLUMNS = columns();

  private final JsonNode expected;
  private final Function<String, Object> actual;
  private final List<String> differences = new ArrayList<>();

  private ExpectedRow(JsonNode expected, Function<String, Object> actual) {
    this.expected = expected;
    this.actual = actual;
  }

  /** What differs, a line for each field; empty when the record is as expected. */
  public static List<String> differences(JsonNode expected, UsageRecord record) {
    return differences(expected, name -> record.get(COLUMNS.get(name)));
  }

  /**
   * As above for a row of any kind.
   *
   * @param actual gives the value of a column: a number, a string (JSON columns as text), a
   *     boolean, or null
   */
  public static List<String> differences(JsonNode expected, Function<String, Object> actual) {
    ExpectedRow row = new ExpectedRow(expected, actual);
    expected.properties().forEach(field -> row.field(field.getKey(), field.getValue()));
    row.derived();
    return row.differences;
  }

  /** What differs between a record and what is expected of one line of a batch's result file. */
  public static List<String> itemDifferences(Recording exchange, int item, UsageRecord record) {
    return itemDifferences(exchange, item, name -> record.get(COLUMNS.get(name)));
  }

  /** As above for a row of any kind. */
  public static List<String> itemDifferences(
      Recording exchange, int item, Function<String, Object> actual) {
    ObjectNode expected = exchange.items().get(item).deepCopy();
    for (String ofAll : List.of("provider", "api", "status", "streamed", "framing")) {
      expected.set(ofAll, exchange.expected().get(ofAll));
    }
    ExpectedRow row = new ExpectedRow(expected, actual);
    expected.properties().forEach(field -> row.field(field.getKey(), field.getValue()));
    return row.differences.stream().map(difference -> "items[" + item + "]." + difference).toList();
  }

  /** Rate limits are kept in {@code metadata} under the header's own name. */
  public static List<String> headerDifferences(Map<String, String> headers, String metadata) {
    List<String> differences = new ArrayList<>();
    JsonNode kept = metadata == null ? JSON.createObjectNode() : parse(metadata);
    headers.forEach(
        (name, value) -> {
          if (name.matches("(x-|anthropic-)ratelimit-.*|retry-after(-ms)?")
              && !value.equals(kept.path(name).asText())) {
            differences.add(name + ": expected " + value + " but metadata has " + kept.get(name));
          }
        });
    return differences;
  }

  private void field(String name, JsonNode value) {
    if (NOT_COMPARED.contains(name)) {
      return;
    }
    if (name.equals("error")) {
      error(value);
    } else if (BILLABLE.contains(name)) {
      same(name, value, member("billable", name));
    } else if (COLUMNS.containsKey(RENAMED.getOrDefault(name, name))) {
      same(name, value, column(RENAMED.getOrDefault(name, name)));
    } else {
      same(name, value, member("metadata", name));
    }
  }

  private void error(JsonNode error) {
    String status = error.isNull() ? "success" : "error";
    same("error", JSON.getNodeFactory().textNode(status), column("status"));
    same("error.type", text(error.path("type")), column("error_type"));
    same("error.code", text(error.path("code")), column("error_code"));
    JsonNode message = error.path("message");
    JsonNode found = column("error_message");
    boolean cut = message.asText().length() >= RECORDED_ERROR_MESSAGE;
    if (!cut || !found.asText().startsWith(message.asText())) {
      same("error.message", text(message), found);
    }
  }

  /** Codes may be numbers on the wire; the columns are text. */
  private static JsonNode text(JsonNode value) {
    return value.isNull() || value.isMissingNode()
        ? JSON.nullNode()
        : JSON.getNodeFactory().textNode(value.asText());
  }

  /** What follows from the expected fields by the definitions of the columns. */
  private void derived() {
    boolean reported = expected.hasNonNull("usage");
    same(
        "usage_source",
        JSON.getNodeFactory().textNode(reported ? "provider" : "none"),
        column("usage_source"));
    if (!reported && column("usage_note").isNull()) {
      differences.add("usage_note: there is no usage and no reason for it");
    }
    same("cached_tokens", expected.path("cache_read_tokens"), column("cached_tokens"));
    same("total_tokens", expectedTotal(), column("total_tokens"));
  }

  private JsonNode expectedTotal() {
    JsonNode input = expected.path("input_tokens");
    JsonNode output = expected.path("output_tokens");
    boolean inputOnly =
        expected.path("api").asText().matches(".*(embed|rerank|gemini.predict).*")
            || expected.path("request_type").asText().matches("embedding|rerank");
    if (!input.isNumber() || (!output.isNumber() && !inputOnly)) {
      return JSON.nullNode();
    }
    return JSON.valueToTree(input.asLong() + output.asLong(0));
  }

  private JsonNode column(String name) {
    Object value = actual.apply(name);
    UsageField<?> field = COLUMNS.get(name);
    if (value != null && field != null && field.type() == UsageField.Type.JSON) {
      JsonNode json = parse(value.toString());
      if (field == UsageField.ITERATIONS) {
        json.forEach(iteration -> ((ObjectNode) iteration).remove(PRICED));
      }
      return json;
    }
    return JSON.valueToTree(value);
  }

  private JsonNode member(String column, String name) {
    return column(column).path(name);
  }

  private void same(String name, JsonNode wanted, JsonNode found) {
    if (!equal(wanted, found)) {
      differences.add(name + ": expected " + wanted + " but was " + found);
    }
  }

  /** Equal as values: absent is null, {@code 1.0} is {@code 1}, the order of members is free. */
  private static boolean equal(JsonNode a, JsonNode b) {
    if (a.isNull() || a.isMissingNode() || b.isNull() || b.isMissingNode()) {
      return (a.isNull() || a.isMissingNode()) && (b.isNull() || b.isMissingNode());
    }
    if (a.isNumber() && b.isNumber()) {
      return decimal(a).compareTo(decimal(b)) == 0;
    }
    if (a.isObject() && b.isObject() && a.size() == b.size()) {
      return a.properties().stream()
          .allMatch(
              member -> b.has(member.getKey()) && equal(member.getValue(), b.get(member.getKey())));
    }
    if (a.isArray() && b.isArray() && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }

  /** Through its text: a double's own digits, not its binary expansion. */
  private static BigDecimal decimal(JsonNode number) {
    return new BigDecimal(number.asText());
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a JSON column holds no JSON: " + json, e);
    }
  }

  private static Map<String, UsageField<?>> columns() {
    Map<String, UsageField<?>> columns = new TreeMap<>();
    UsageField.ALL.forEach(field -> columns.put(field.columnName(), field));
    return columns;
  }
}
