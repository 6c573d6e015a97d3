package io.tokenledger.forwarder.store;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.postgresql.PGConnection;

/** Claims of reports that a provider repeats, in {@code token_ledger_seen}. Stateless. */
final class SeenStore {
  private static final String CLAIM =
      """
      INSERT INTO token_ledger.token_ledger_seen (dedupe_key, event_id, timestamp)
      SELECT key, event_id, timestamptz 'epoch' + micros * interval '1 microsecond'
        FROM unnest(?::text[], ?::uuid[], ?::bigint[]) AS claimed (key, event_id, micros)
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
    PGConnection postgres = connection.unwrap(PGConnection.class);
    Array keys = connection.createArrayOf("text", first.keySet().toArray());
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setArray(1, keys);
      claim.setArray(2, connection.createArrayOf("uuid", events(first)));
      claim.setArray(3, postgres.createArrayOf("int8", micros(first)));
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

  private static Object[] events(Map<String, UsageRecord> records) {
    return records.values().stream().map(usage -> usage.get(UsageField.EVENT_ID)).toArray();
  }

  /** Whole numbers: to write and to read times as text took as long as the claims themselves. */
  private static long[] micros(Map<String, UsageRecord> records) {
    return records.values().stream()
        .map(usage -> usage.get(UsageField.TIMESTAMP))
        .mapToLong(time -> ChronoUnit.MICROS.between(Instant.EPOCH, time))
        .toArray();
  }
}
