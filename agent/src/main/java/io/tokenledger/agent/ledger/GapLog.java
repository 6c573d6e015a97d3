package io.tokenledger.agent.ledger;

import io.tokenledger.record.GapRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is missing from the ledger and not yet written there, one gap for each reason. */
final class GapLog {
  private final Map<String, GapRecord> pending = new LinkedHashMap<>();
  private final Map<String, Long> totals = new LinkedHashMap<>();

  void add(String reason, Instant at) {
    add(reason, 1, at, at);
  }

  void add(String reason, long count, Instant first, Instant last) {
    GapRecord gap = new GapRecord(reason, count, first, last);
    pending.merge(reason, gap, GapLog::joined);
    totals.merge(reason, count, Long::sum);
  }

  /** The oldest gap that waits to be written, or null. */
  GapRecord peek() {
    return pending.isEmpty() ? null : pending.values().iterator().next();
  }

  /** The gap that {@link #peek} gave is in the ledger. */
  void written(GapRecord gap) {
    pending.remove(gap.reason());
  }

  /** Exchanges missing since the start, by reason. */
  Map<String, Long> totals() {
    return totals;
  }

  private static GapRecord joined(GapRecord a, GapRecord b) {
    return new GapRecord(
        a.reason(),
        a.count() + b.count(),
        a.first().isBefore(b.first()) ? a.first() : b.first(),
        a.last().isAfter(b.last()) ? a.last() : b.last());
  }
}
