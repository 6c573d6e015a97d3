package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
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
    List<Latencies> all = sorted.values();
    Upsert upsert = new Upsert(TABLE, sorted.keys(), shard);
    upsert.longs(Measure.CALLS, all, latencies -> latencies.calls);
    upsert.decimals(Measure.DURATION, all, latencies -> latencies.duration.sum());
    upsert.longs(Measure.DURATION_UNKNOWN, all, latencies -> latencies.duration.unknown());
    upsert.texts(Measure.DURATION_BUCKETS, all, latencies -> latencies.duration.array());
    upsert.decimals(Measure.FIRST_TOKEN, all, latencies -> latencies.timeToFirstToken.sum());
    upsert.longs(
        Measure.FIRST_TOKEN_UNKNOWN, all, latencies -> latencies.timeToFirstToken.unknown());
    upsert.texts(Measure.FIRST_TOKEN_BUCKETS, all, latencies -> latencies.timeToFirstToken.array());
    upsert.execute(connection);
  }
}
