package io.tokenledger.forwarder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The columns of {@code token_ledger_events} that the forwarder writes: every field of a usage
 * record under its own name, and what only the forwarder knows.
 */
final class EventColumns {
  /**
   * A column that is not a field of the record, or not as it is, and how a row's value is encoded.
   */
  private record Column(String name, BiConsumer<BinaryCopyEncoder, EventRow> writer) {}

  private static final Column[] OWN = own();
  private static final UsageField<?>[] FIELDS = fields();

  /** In the order in which they are written. */
  static final List<String> NAMES =
      Stream.concat(
              Arrays.stream(OWN).map(Column::name),
              Arrays.stream(FIELDS).map(UsageField::columnName))
          .toList();

  private static final ObjectMapper JSON = new ObjectMapper();

  private EventColumns() {}

  /** Writes a row without its head. */
  static void write(BinaryCopyEncoder out, EventRow row) {
    for (Column column : OWN) {
      column.writer().accept(out, row);
    }
    UsageRecord usage = row.usage();
    for (UsageField<?> field : FIELDS) {
      out.value(field.type(), usage.get(field)); // not by a function each, of which there were 90
    }
  }

  private static Column[] own() {
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
    return columns.toArray(Column[]::new);
  }

  private static UsageField<?>[] fields() {
    return UsageField.ALL.stream()
        .filter(field -> Arrays.stream(OWN).noneMatch(own -> own.name().equals(field.columnName())))
        .toArray(UsageField<?>[]::new);
  }

  private static void money(
      List<Column> columns, String name, Function<RowCost, BigDecimal> value) {
    columns.add(new Column(name, (out, row) -> out.numeric(value.apply(row.cost()))));
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
