package io.tokenledger.agent.ledger;

import io.tokenledger.record.UsageRecord;

/** The counters of coverage, for tests of other packages. */
public final class CoverageProbe {
  private final Coverage coverage = new Coverage();

  /** Counts an exchange, as the ledger thread does. */
  public void add(FinishedExchange finished, UsageRecord record) {
    coverage.add(finished, record);
  }

  /** The counters as a report has them. */
  public String json() {
    JsonText json = new JsonText();
    coverage.describe(json, new UnmeteredCalls());
    return json.finish();
  }
}
