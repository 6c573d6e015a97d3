package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What a transaction adds to {@code token_ledger_latency}. Not thread-safe. */
final class LatencyRollup {
  private static final RollupTable TABLE = RollupTable.LATENCY;

  private final Map<RollupKey, Latencies> rows = new HashMap<>();

  private static final class Latencies {
    final Histogram duration = new Histogram();
    final Histogram timeToFirstToken = new Histogram();
    long calls;
  }

  /** Adds the row of its first charge; a repeat is a poll, not an answer. */
  void add(Charge charge) {
    if (!charge.first() || charge.row().isRepeat()) {
      return;
    }
    UsageRecord usage = charge.usage();
    Latencies latencies = rows.computeIfAbsent(TABLE.key(charge), key -> new Latencies());
    latencies.calls++;
    latencies.duration.add(usage.get(UsageField.DURATION_MS));
    latencies.timeToFirstToken.add(usage.get(UsageField.TIME_TO_FIRST_TOKEN_MS));
  }

  void write(Connection connection, int shard) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    SortedRows<Latencies> sorted = SortedRows.of(rows);
    try (Upsert upsert = new Upsert(connection, TABLE.upsert())) {
      upsert.keys(sorted.keys(), TABLE.dimensions().size(), shard);
      upsert.longs(sorted.values(), latencies -> latencies.calls);
      upsert.decimals(sorted.values(), latencies -> latencies.duration.sum());
      upsert.longs(sorted.values(), latencies -> latencies.duration.unknown());
      upsert.texts(sorted.values(), latencies -> latencies.duration.array());
      upsert.decimals(sorted.values(), latencies -> latencies.timeToFirstToken.sum());
      upsert.longs(sorted.values(), latencies -> latencies.timeToFirstToken.unknown());
      upsert.texts(sorted.values(), latencies -> latencies.timeToFirstToken.array());
      upsert.execute();
    }
  }
}
