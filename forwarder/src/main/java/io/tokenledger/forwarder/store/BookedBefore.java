package io.tokenledger.forwarder.store;

import io.tokenledger.record.UsageField;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.UUID;

/** Whether the ledger has a record that comes a second time, from outside its queue. Stateless. */
final class BookedBefore {
  /**
   * By primary key, and among the rows that were booked elsewhere: they carry the time of the
   * forwarder, so older months than the source need not be searched.
   */
  private static final String EVENT =
      """
      SELECT 1 FROM token_ledger.token_ledger_events WHERE event_id = ? AND timestamp = ?
      UNION ALL
      SELECT 1 FROM token_ledger.token_ledger_events
       WHERE event_id = ? AND agent_timestamp = ?
         AND timestamp >= (SELECT first_seen_at FROM token_ledger.token_ledger_sources
                            WHERE source_id = ?)
      LIMIT 1
      """;

  private static final String GAP =
      """
      SELECT 1 FROM token_ledger.token_ledger_gaps
       WHERE source_id = ? AND kind = 'reported' AND first_seq = ? LIMIT 1
      """;

  /** Reports are cumulative: whatever comes twice adds nothing, so they are never in doubt. */
  boolean holds(Connection connection, LedgerBatch single) throws SQLException {
    for (LedgerBatch.Usage entry : single.usages()) {
      UUID event = entry.usage().get(UsageField.EVENT_ID);
      Timestamp said = Timestamp.from(entry.usage().get(UsageField.TIMESTAMP));
      if (!exists(connection, EVENT, event, said, event, said, entry.sourceId())) {
        return false;
      }
    }
    for (Gap gap : single.gaps()) {
      if (!exists(connection, GAP, gap.sourceId(), gap.firstSeq())) {
        return false;
      }
    }
    return !single.usages().isEmpty() || !single.gaps().isEmpty();
  }

  private static boolean exists(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
