package io.tokenledger.forwarder.store.rollup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.store.EventRow;
import io.tokenledger.forwarder.store.UnstorableRecordException;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * What is charged: one pass of a row that has iterations, else the row. The same as a row of the
 * view {@code token_ledger_rollup_charges}; a test compares the two.
 *
 * @param first whether it is the first of its row: what is known only of the whole row counts there
 * @param model as served, of the pass where it has one; else as requested
 */
record Charge(
    EventRow row,
    boolean first,
    String model,
    Long inputTokens,
    Long outputTokens,
    Long cacheReadTokens,
    Long cacheWriteTokens,
    Long reasoningTokens,
    BigDecimal costUsd) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** The charges of a row, at least one. */
  static List<Charge> of(EventRow row) {
    JsonNode passes = passes(row);
    if (passes == null) {
      return List.of(whole(row));
    }
    List<Charge> charges = new ArrayList<>(passes.size());
    for (JsonNode pass : passes) {
      charges.add(part(row, pass, charges.isEmpty()));
    }
    return charges;
  }

  UsageRecord usage() {
    return row.usage();
  }

  /** Whether there are tokens that are not free by themselves. */
  boolean hasTokens() {
    return inputTokens != null && inputTokens > 0 || outputTokens != null && outputTokens > 0;
  }

  private static Charge whole(EventRow row) {
    UsageRecord usage = row.usage();
    return new Charge(
        row,
        true,
        modelOf(usage),
        usage.get(UsageField.INPUT_TOKENS),
        usage.get(UsageField.OUTPUT_TOKENS),
        usage.get(UsageField.CACHE_READ_TOKENS),
        usage.get(UsageField.CACHE_WRITE_TOKENS),
        usage.get(UsageField.REASONING_TOKENS),
        row.cost().costUsd());
  }

  private static Charge part(EventRow row, JsonNode pass, boolean first) {
    JsonNode cost = pass.get("cost_usd");
    return new Charge(
        row,
        first,
        pass.hasNonNull("model") ? pass.get("model").asText() : modelOf(row.usage()),
        tokens(pass, UsageField.INPUT_TOKENS),
        tokens(pass, UsageField.OUTPUT_TOKENS),
        tokens(pass, UsageField.CACHE_READ_TOKENS),
        tokens(pass, UsageField.CACHE_WRITE_TOKENS),
        tokens(pass, UsageField.REASONING_TOKENS),
        cost == null || cost.isNull() ? null : new BigDecimal(cost.asText()));
  }

  static String modelOf(UsageRecord usage) {
    String served = usage.get(UsageField.MODEL);
    return served != null ? served : usage.get(UsageField.REQUEST_MODEL);
  }

  private static Long tokens(JsonNode pass, UsageField<Long> field) {
    JsonNode count = pass.get(field.columnName());
    return count == null || count.isNull() ? null : Long.valueOf(count.asText());
  }

  private static JsonNode passes(EventRow row) {
    String priced = row.cost().pricedIterations();
    String json = priced != null ? priced : row.usage().get(UsageField.ITERATIONS);
    if (json == null) {
      return null;
    }
    try {
      JsonNode passes = JSON.readTree(json);
      return passes.isArray() && !passes.isEmpty() ? passes : null;
    } catch (JsonProcessingException damaged) {
      // Postgres reads deeper nesting and longer numbers, and would find other sums in them.
      throw new UnstorableRecordException("iterations", damaged.getOriginalMessage());
    }
  }
}
