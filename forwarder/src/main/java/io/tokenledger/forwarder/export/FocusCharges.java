package io.tokenledger.forwarder.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The charges of a priced row: its passes where it has any, else the classes that its list cost
 * consists of. Over a row they add up to {@code cost_usd} and {@code list_cost_usd} exactly.
 */
final class FocusCharges {
  /**
   * @param kind the class: input, cache_read, cache_write, output, tool, other, pass or call
   * @param billed part of {@code cost_usd}
   * @param list part of {@code list_cost_usd}
   * @param quantity how many units; null where they are not known
   */
  record Charge(
      String kind,
      String model,
      String priceId,
      BigDecimal billed,
      BigDecimal list,
      BigDecimal quantity,
      String unit) {}

  private static final String TOKENS = "Tokens";
  private static final String REQUESTS = "Requests";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private FocusCharges() {}

  /** The row must have a cost. */
  static List<Charge> of(ResultSet row) throws SQLException {
    BigDecimal cost = row.getBigDecimal("cost_usd");
    BigDecimal listCost = row.getBigDecimal("list_cost_usd");
    BigDecimal list = listCost == null ? cost : listCost;
    List<Charge> passes = passes(row);
    List<Charge> classes = passes.isEmpty() && listCost != null ? classes(row, list) : passes;
    if (classes.isEmpty()) {
      return List.of(
          new Charge("call", model(row), row.getString("price_id"), cost, list, null, null));
    }
    boolean byPass = !passes.isEmpty();
    List<BigDecimal> weights =
        classes.stream().map(byPass ? Charge::billed : Charge::list).toList();
    List<BigDecimal> billed = Split.of(cost, weights);
    List<BigDecimal> listed = Split.of(list, weights);
    List<Charge> charges = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      Charge one = classes.get(i);
      charges.add(
          new Charge(
              one.kind(),
              one.model(),
              one.priceId(),
              billed.get(i),
              listed.get(i),
              one.quantity(),
              one.unit()));
    }
    return charges;
  }

  /** Empty unless each pass has a cost: costs of passes are what was charged, not list costs. */
  private static List<Charge> passes(ResultSet row) throws SQLException {
    List<Charge> passes = new ArrayList<>();
    for (JsonNode pass : json(row.getString("iterations"))) {
      JsonNode cost = pass.path("cost_usd");
      if (!cost.isNumber() && !cost.isTextual()) {
        return List.of();
      }
      BigDecimal input = number(pass.path("input_tokens"));
      BigDecimal output = number(pass.path("output_tokens"));
      BigDecimal tokens = input == null || output == null ? null : input.add(output);
      passes.add(
          new Charge(
              "pass",
              pass.path("model").isTextual() ? pass.path("model").asText() : model(row),
              pass.path("price_id").asText(row.getString("price_id")),
              new BigDecimal(cost.asText()),
              null,
              tokens,
              tokens == null ? null : TOKENS));
    }
    return passes;
  }

  private static List<Charge> classes(ResultSet row, BigDecimal list) throws SQLException {
    BigDecimal read = row.getBigDecimal("cache_read_tokens");
    BigDecimal written = row.getBigDecimal("cache_write_tokens");
    BigDecimal input = row.getBigDecimal("input_tokens");
    BigDecimal fresh = input == null ? null : input.subtract(zero(read)).subtract(zero(written));
    List<Charge> classes = new ArrayList<>();
    add(classes, row, "input", fresh, TOKENS);
    add(classes, row, "cache_read", read, TOKENS);
    add(classes, row, "cache_write", written, TOKENS);
    add(classes, row, "output", row.getBigDecimal("output_tokens"), TOKENS);
    add(classes, row, "tool", toolCalls(row), REQUESTS);
    BigDecimal known = classes.stream().map(Charge::list).reduce(BigDecimal.ZERO, BigDecimal::add);
    if (!classes.isEmpty() && known.compareTo(list) < 0) {
      classes.add(
          new Charge(
              "other",
              model(row),
              row.getString("price_id"),
              null,
              list.subtract(known),
              null,
              null));
    }
    return classes;
  }

  /** A class that was not used at all has no line. */
  private static void add(
      List<Charge> classes, ResultSet row, String kind, BigDecimal quantity, String unit)
      throws SQLException {
    BigDecimal cost = row.getBigDecimal(kind + "_cost_usd");
    if (cost == null || (cost.signum() == 0 && zero(quantity).signum() == 0)) {
      return;
    }
    classes.add(
        new Charge(
            kind,
            model(row),
            row.getString("price_id"),
            null,
            cost,
            quantity,
            quantity == null ? null : unit));
  }

  private static BigDecimal toolCalls(ResultSet row) throws SQLException {
    BigDecimal calls = null;
    for (JsonNode count : json(row.getString("server_tool_requests"))) {
      BigDecimal more = number(count);
      calls = more == null ? calls : zero(calls).add(more);
    }
    return calls;
  }

  private static String model(ResultSet row) throws SQLException {
    String model = row.getString("model");
    return model == null ? row.getString("request_model") : model;
  }

  private static JsonNode json(String text) {
    try {
      return text == null ? JSON.createObjectNode() : JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException("Postgres holds jsonb that is no JSON", notJson);
    }
  }

  private static BigDecimal number(JsonNode node) {
    return node.isNumber() ? node.decimalValue() : null;
  }

  private static BigDecimal zero(BigDecimal value) {
    return value == null ? BigDecimal.ZERO : value;
  }
}
