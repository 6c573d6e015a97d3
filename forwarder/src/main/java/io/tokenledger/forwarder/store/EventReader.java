package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads rows of the ledger back as what they were written from: usage, and its cost. */
public final class EventReader {
  /** What only the forwarder knows of a row. */
  private static final List<String> OWN =
      List.of(
          "source_id",
          "source_seq",
          "agent_timestamp",
          "ingested_at",
          "cost_usd",
          "list_cost_usd",
          "input_cost_usd",
          "output_cost_usd",
          "cache_read_cost_usd",
          "cache_write_cost_usd",
          "tool_cost_usd",
          "cache_savings_usd",
          "cost_source",
          "price_id",
          "price_notes",
          "unpriced_reason");

  /** Every column that a row is read from, for the list of a SELECT. */
  static final String COLUMNS =
      Stream.concat(OWN.stream(), UsageField.ALL.stream().map(UsageField::columnName))
          .distinct()
          .map(name -> "e." + name)
          .collect(Collectors.joining(", "));

  private EventReader() {}

  /** The row of an event. */
  public static Optional<EventRow> find(Connection connection, UUID eventId) throws SQLException {
    String where = " FROM token_ledger.token_ledger_events e WHERE e.event_id = ?";
    try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS + where)) {
      select.setObject(1, eventId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  /** The row that a result stands on. */
  static EventRow read(ResultSet row) throws SQLException {
    UsageRecord.Builder usage = UsageRecord.builder();
    for (UsageField<?> field : UsageField.ALL) {
      set(usage, field, row);
    }
    return new EventRow(
        row.getObject("source_id", UUID.class),
        row.getLong("source_seq"),
        instant(row, "timestamp"),
        instant(row, "agent_timestamp"),
        instant(row, "ingested_at"),
        usage.build(),
        cost(row));
  }

  private static RowCost cost(ResultSet row) throws SQLException {
    List<String> notes = texts(row, "price_notes");
    return new RowCost(
        row.getBigDecimal("cost_usd"),
        row.getBigDecimal("list_cost_usd"),
        row.getBigDecimal("input_cost_usd"),
        row.getBigDecimal("output_cost_usd"),
        row.getBigDecimal("cache_read_cost_usd"),
        row.getBigDecimal("cache_write_cost_usd"),
        row.getBigDecimal("tool_cost_usd"),
        row.getBigDecimal("cache_savings_usd"),
        row.getString("cost_source"),
        row.getString("price_id"),
        notes == null ? List.of() : notes,
        row.getString("unpriced_reason"),
        row.getString("iterations"));
  }

  @SuppressWarnings("unchecked")
  private static void set(UsageRecord.Builder usage, UsageField<?> field, ResultSet row)
      throws SQLException {
    String name = field.columnName();
    switch (field.type()) {
      case UUID -> usage.set((UsageField<UUID>) field, row.getObject(name, UUID.class));
      case INSTANT -> usage.set((UsageField<Instant>) field, instant(row, name));
      case TEXT, JSON -> usage.set((UsageField<String>) field, row.getString(name));
      case LONG -> usage.set((UsageField<Long>) field, row.getObject(name, Long.class));
      case INT -> usage.set((UsageField<Integer>) field, row.getObject(name, Integer.class));
      case DOUBLE -> usage.set((UsageField<Double>) field, row.getObject(name, Double.class));
      case BOOLEAN -> usage.set((UsageField<Boolean>) field, row.getObject(name, Boolean.class));
      case DECIMAL -> usage.set((UsageField<BigDecimal>) field, row.getBigDecimal(name));
      case TEXT_LIST -> usage.set((UsageField<List<String>>) field, texts(row, name));
    }
  }

  private static Instant instant(ResultSet row, String name) throws SQLException {
    OffsetDateTime time = row.getObject(name, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static List<String> texts(ResultSet row, String name) throws SQLException {
    Array array = row.getArray(name);
    return array == null ? null : Arrays.asList((String[]) array.getArray());
  }
}
