package io.tokenledger.forwarder.report;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Puts priced rows into a ledger without a drain. */
public final class LedgerRows {
  private final Database database;
  private final Pricer pricer = new CataloguePricer(Catalogue.builtIn());
  private final UUID source = UUID.randomUUID();
  private long seq;

  public LedgerRows(Database database) {
    this.database = database;
  }

  /** Prices a record with the built-in catalogue and inserts it. */
  public void add(UsageRecord usage) throws SQLException {
    List<String> columns = new ArrayList<>();
    List<String> places = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    RowCost cost = pricer.price(usage);
    for (UsageField<?> field : UsageField.ALL) {
      Object value = usage.get(field);
      if (value != null && field != UsageField.EVENT_ID) {
        columns.add('"' + field.columnName() + '"');
        places.add(field.type() == UsageField.Type.JSON ? "?::jsonb" : "?");
        values.add(
            field == UsageField.ITERATIONS
                ? cost.pricedIterations()
                : value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
      }
    }
    add(columns, places, values, "event_id", UUID.randomUUID());
    add(columns, places, values, "source_id", source);
    add(columns, places, values, "source_seq", seq++);
    add(columns, places, values, "ingested_at", Instant.now().atOffset(ZoneOffset.UTC));
    add(columns, places, values, "cost_usd", cost.costUsd());
    add(columns, places, values, "price_id", cost.priceId());
    add(columns, places, values, "price_notes", cost.notes().isEmpty() ? null : cost.notes());
    add(columns, places, values, "unpriced_reason", cost.unpricedReason());
    try (Connection connection = database.connect()) {
      ensurePartition(connection, usage.get(UsageField.TIMESTAMP));
      String sql =
          "INSERT INTO token_ledger.token_ledger_events ("
              + String.join(", ", columns)
              + ") VALUES ("
              + String.join(", ", places)
              + ")";
      try (PreparedStatement insert = connection.prepareStatement(sql)) {
        for (int i = 0; i < values.size(); i++) {
          Object value = values.get(i);
          insert.setObject(
              i + 1,
              value instanceof List<?> list
                  ? connection.createArrayOf("text", list.toArray())
                  : value);
        }
        insert.executeUpdate();
      }
    }
  }

  private static void add(
      List<String> columns, List<String> places, List<Object> values, String column, Object value) {
    if (value != null) {
      Collections.addAll(columns, column);
      places.add("?");
      values.add(value);
    }
  }

  private static void ensurePartition(Connection connection, Instant at) throws SQLException {
    try (PreparedStatement call =
        connection.prepareStatement("SELECT token_ledger.ensure_partition(?)")) {
      call.setObject(1, at.atOffset(ZoneOffset.UTC).toLocalDate());
      call.execute();
    }
  }
}
