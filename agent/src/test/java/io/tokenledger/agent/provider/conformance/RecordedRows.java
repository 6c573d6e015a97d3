package io.tokenledger.agent.provider.conformance;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.provider.conformance.MeterDriver.Pieces;
import io.tokenledger.record.UsageRecord;
import java.util.List;

/** The rows that recorded exchanges give, for tests of what comes after the agent. */
public final class RecordedRows {
  private RecordedRows() {}

  /** The rows of an exchange, in order; more than one for the results of a batch. */
  public static List<UsageRecord> of(Recording exchange) {
    return new MeterDriver()
        .records(exchange, exchange.responseBody(), null, Pieces.of(4096), Exchange::responseEnd);
  }
}
