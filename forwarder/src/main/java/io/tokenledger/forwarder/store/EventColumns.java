package io.tokenledger.forwarder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The columns of {@code token_ledger_events} that the forwarder writes: every field of a usage
 * record under its own name, and what only the forwarder knows.
 */
final class EventColumns {
  /** Name of a column and how a row's value is encoded. */
  record Column(String name, BiConsumer<BinaryCopyEncoder, EventRow> writer) {}

  static final List<Column> ALL = columns();

  private static final ObjectMapper JSON = new ObjectMapper();

  private EventColumns() {}

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("timestamp", (out, row) -> out.instant(row.timestamp())));
    columns.add(new Column("agent_timestamp", (out, row) -> out.instant(row.agentTimestamp())));
    columns.add(new Column("ingested_at", (out, row) -> out.instant(row.ingestedAt())));
    columns.add(new Column("source_id", (out, row) -> out.uuid(row.sourceId())));
    columns.add(new Column("source_seq", (out, row) -> out.int8b(row.seq())));
    columns.add(new Column("iterations", (out, row) -> out.json(iterations(row))));
    columns.add(new Column("metadata_extra", (out, row) -> out.json(metadataExtra(row))));
    money(columns, "cost_usd", RowCost::costUsd);
    money(columns, "list_cost_usd", RowCost::listCostUsd);
    money(columns, "input_cost_usd", RowCost::inputCostUsd);
    money(columns, "output_cost_usd", RowCost::outputCostUsd);
    money(columns, "cache_read_cost_usd", RowCost::cacheReadCostUsd);
    money(columns, "cache_write_cost_usd", RowCost::cacheWriteCostUsd);
    money(columns, "tool_cost_usd", RowCost::toolCostUsd);
    money(columns, "cache_savings_usd", RowCost::cacheSavingsUsd);
    columns.add(new Column("cost_source", (out, row) -> out.text(row.cost().source())));
    columns.add(new Column("price_id", (out, row) -> out.text(row.cost().priceId())));
    columns.add(new Column("price_notes", (out, row) -> out.textArray(notes(row.cost()))));
    columns.add(new Column("unpriced_reason", (out, row) -> out.text(row.cost().unpricedReason())));
    for (UsageField<?> field : UsageField.ALL) {
      if (columns.stream().noneMatch(column -> column.name().equals(field.columnName()))) {
        columns.add(new Column(field.columnName(), writer(field)));
      }
    }
    return List.copyOf(columns);
  }

  private static void money(
      List<Column> columns, String name, Function<RowCost, BigDecimal> value) {
    columns.add(new Column(name, (out, row) -> out.numeric(value.apply(row.cost()))));
  }

  @SuppressWarnings("unchecked")
  private static BiConsumer<BinaryCopyEncoder, EventRow> writer(UsageField<?> field) {
    return switch (field.type()) {
      case UUID -> (out, row) -> out.uuid((UUID) row.usage().get(field));
      case INSTANT -> (out, row) -> out.instant((Instant) row.usage().get(field));
      case TEXT -> (out, row) -> out.text((String) row.usage().get(field));
      case JSON -> (out, row) -> out.json((String) row.usage().get(field));
      case LONG -> (out, row) -> out.int8b((Long) row.usage().get(field));
      case INT -> (out, row) -> out.int4((Integer) row.usage().get(field));
      case DOUBLE -> (out, row) -> out.float8((Double) row.usage().get(field));
      case BOOLEAN -> (out, row) -> out.bool((Boolean) row.usage().get(field));
      case DECIMAL -> (out, row) -> out.numeric((BigDecimal) row.usage().get(field));
      case TEXT_LIST -> (out, row) -> out.textArray((List<String>) row.usage().get(field));
    };
  }

  private static String iterations(EventRow row) {
    String priced = row.cost().pricedIterations();
    return priced != null ? priced : row.usage().get(UsageField.ITERATIONS);
  }

  private static List<String> notes(RowCost cost) {
    return cost.notes().isEmpty() ? null : cost.notes();
  }

  /** Fields of a newer agent have no column yet: they are kept here under {@code newer_fields}. */
  private static String metadataExtra(EventRow row) {
    String extra = row.usage().get(UsageField.METADATA_EXTRA);
    if (row.usage().unknown().isEmpty()) {
      return extra;
    }
    try {
      JsonNode parsed = extra == null ? null : JSON.readTree(extra);
      ObjectNode merged = parsed instanceof ObjectNode object ? object : JSON.createObjectNode();
      merged.set("newer_fields", JSON.valueToTree(row.usage().unknown()));
      return JSON.writeValueAsString(merged);
    } catch (JsonProcessingException damaged) {
      throw new UnstorableRecordException("metadata_extra", damaged.getOriginalMessage());
    }
  }
}
