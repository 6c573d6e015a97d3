package io.tokenledger.forwarder.store;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Claims of reports that a provider repeats, in {@code token_ledger_seen}. Stateless. */
final class SeenStore {
  private static final String CLAIM =
      """
      INSERT INTO token_ledger.token_ledger_seen (dedupe_key, event_id, timestamp)
      SELECT * FROM unnest(?::text[], ?::uuid[], ?::timestamptz[])
      ON CONFLICT (dedupe_key) DO NOTHING
      """;

  private static final String WINNERS =
      "SELECT dedupe_key, event_id FROM token_ledger.token_ledger_seen WHERE dedupe_key = ANY (?)";

  /**
   * Claims the keys of these records, in the order of the keys so that two forwarders cannot wait
   * for each other.
   *
   * @return for each key the row that counts: one of these, or an earlier one
   */
  Map<String, UUID> claim(Connection connection, List<UsageRecord> usages) throws SQLException {
    Map<String, UsageRecord> first = new TreeMap<>();
    for (UsageRecord usage : usages) {
      String key = usage.get(UsageField.DEDUPE_KEY);
      if (key != null) {
        first.putIfAbsent(key, usage);
      }
    }
    Map<String, UUID> winners = new HashMap<>();
    if (first.isEmpty()) {
      return winners;
    }
    Array keys = connection.createArrayOf("text", first.keySet().toArray());
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setArray(1, keys);
      claim.setArray(2, array(connection, "uuid", first, UsageField.EVENT_ID));
      claim.setArray(3, array(connection, "timestamptz", first, UsageField.TIMESTAMP));
      if (claim.executeUpdate() == first.size()) {
        return own(first);
      }
    }
    try (PreparedStatement select = connection.prepareStatement(WINNERS)) {
      select.setArray(1, keys);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          winners.put(row.getString(1), row.getObject(2, UUID.class));
        }
      }
    }
    return winners;
  }

  /** All claims are new, as nearly always. */
  private static Map<String, UUID> own(Map<String, UsageRecord> claimed) {
    Map<String, UUID> winners = new HashMap<>();
    claimed.forEach((key, usage) -> winners.put(key, usage.get(UsageField.EVENT_ID)));
    return winners;
  }

  private static Array array(
      Connection connection, String type, Map<String, UsageRecord> records, UsageField<?> field)
      throws SQLException {
    return connection.createArrayOf(
        type, records.values().stream().map(usage -> usage.get(field).toString()).toArray());
  }
}
