package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.rollup.Rollups;
import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** Writes rows' new costs, what they were before, and the difference in the rollup. */
final class RepricingStore {
  private static final String AUDIT =
      """
      INSERT INTO token_ledger.token_ledger_repricings
        (run_id, timestamp, event_id, reason, old_cost_usd, new_cost_usd, old_list_cost_usd,
         new_list_cost_usd, old_price_id, new_price_id, old_unpriced_reason, new_unpriced_reason,
         old_price_notes, new_price_notes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String UPDATE =
      """
      UPDATE token_ledger.token_ledger_events SET
        cost_usd = ?, list_cost_usd = ?, input_cost_usd = ?, output_cost_usd = ?,
        cache_read_cost_usd = ?, cache_write_cost_usd = ?, tool_cost_usd = ?,
        cache_savings_usd = ?, cost_source = ?, price_id = ?, price_notes = ?,
        unpriced_reason = ?, iterations = ?::jsonb, repriced_at = now()
      WHERE timestamp = ? AND event_id = ?
      """;

  /** A row before and after. */
  record Change(EventRow before, EventRow after) {}

  /** The same row at another cost. */
  static EventRow with(EventRow row, RowCost cost) {
    return new EventRow(
        row.sourceId(),
        row.seq(),
        row.timestamp(),
        row.agentTimestamp(),
        row.ingestedAt(),
        row.usage(),
        cost);
  }

  /** The usage at the time that it is booked at, which chooses the sheet. */
  static UsageRecord bookedUsage(EventRow row) {
    return row.usage().toBuilder().set(UsageField.TIMESTAMP, row.timestamp()).build();
  }

  void write(Connection connection, UUID runId, String reason, List<Change> changes)
      throws SQLException {
    try (PreparedStatement audit = connection.prepareStatement(AUDIT);
        PreparedStatement update = connection.prepareStatement(UPDATE)) {
      for (Change change : changes) {
        audit(audit, connection, runId, reason, change);
        update(update, connection, change);
      }
      audit.executeBatch();
      update.executeBatch();
    }
    Rollups rollups = new Rollups(Shard.CORRECTIONS);
    changes.forEach(change -> rollups.replace(change.before(), change.after()));
    rollups.write(connection);
  }

  private static void audit(
      PreparedStatement audit, Connection connection, UUID runId, String reason, Change change)
      throws SQLException {
    RowCost before = change.before().cost();
    RowCost after = change.after().cost();
    audit.setObject(1, runId);
    audit.setObject(2, change.before().timestamp().atOffset(ZoneOffset.UTC));
    audit.setObject(3, change.before().usage().get(UsageField.EVENT_ID));
    audit.setString(4, reason);
    audit.setBigDecimal(5, before.costUsd());
    audit.setBigDecimal(6, after.costUsd());
    audit.setBigDecimal(7, before.listCostUsd());
    audit.setBigDecimal(8, after.listCostUsd());
    audit.setString(9, before.priceId());
    audit.setString(10, after.priceId());
    audit.setString(11, before.unpricedReason());
    audit.setString(12, after.unpricedReason());
    audit.setArray(13, connection.createArrayOf("text", before.notes().toArray()));
    audit.setArray(14, connection.createArrayOf("text", after.notes().toArray()));
    audit.addBatch();
  }

  private static void update(PreparedStatement update, Connection connection, Change change)
      throws SQLException {
    RowCost cost = change.after().cost();
    update.setBigDecimal(1, cost.costUsd());
    update.setBigDecimal(2, cost.listCostUsd());
    update.setBigDecimal(3, cost.inputCostUsd());
    update.setBigDecimal(4, cost.outputCostUsd());
    update.setBigDecimal(5, cost.cacheReadCostUsd());
    update.setBigDecimal(6, cost.cacheWriteCostUsd());
    update.setBigDecimal(7, cost.toolCostUsd());
    update.setBigDecimal(8, cost.cacheSavingsUsd());
    update.setString(9, cost.source());
    update.setString(10, cost.priceId());
    update.setArray(
        11,
        cost.notes().isEmpty() ? null : connection.createArrayOf("text", cost.notes().toArray()));
    update.setString(12, cost.unpricedReason());
    update.setString(
        13,
        cost.pricedIterations() != null
            ? cost.pricedIterations()
            : change.before().usage().get(UsageField.ITERATIONS));
    update.setObject(14, change.before().timestamp().atOffset(ZoneOffset.UTC));
    update.setObject(15, change.before().usage().get(UsageField.EVENT_ID));
    update.addBatch();
  }
}
