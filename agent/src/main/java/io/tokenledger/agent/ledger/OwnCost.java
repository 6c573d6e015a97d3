package io.tokenledger.agent.ledger;

import org.HdrHistogram.Histogram;

/** What the agent itself cost per exchange, in nanoseconds. Used by the ledger thread alone. */
final class OwnCost {
  private static final long MAX_NANOS = 10_000_000_000L;

  private final Histogram caller = new Histogram(MAX_NANOS, 2);
  private final Histogram ledger = new Histogram(MAX_NANOS, 2);

  /**
   * @param callerNanos time on the application's threads, or -1 if it was not measured
   * @param ledgerNanos time on the ledger thread
   */
  void record(long callerNanos, long ledgerNanos) {
    if (callerNanos >= 0) {
      caller.recordValue(Math.min(callerNanos, MAX_NANOS));
    }
    ledger.recordValue(Math.min(Math.max(ledgerNanos, 0), MAX_NANOS));
  }

  void describe(JsonText json) {
    json.object("own_cost_ns");
    describe(json, "caller", caller);
    describe(json, "ledger_thread", ledger);
    json.end();
  }

  private static void describe(JsonText json, String name, Histogram nanos) {
    if (nanos.getTotalCount() > 0) {
      json.object(name)
          .field("count", nanos.getTotalCount())
          .field("p50", nanos.getValueAtPercentile(50))
          .field("p99", nanos.getValueAtPercentile(99))
          .field("max", nanos.getMaxValue())
          .end();
    }
  }
}
