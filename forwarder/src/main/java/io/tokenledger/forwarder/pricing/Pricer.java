package io.tokenledger.forwarder.pricing;

import io.tokenledger.record.UsageRecord;

/** Gives a usage record its money columns. Implementations are immutable and thread-safe. */
@FunctionalInterface
public interface Pricer {
  /**
   * Prices one exchange. Never fails: what cannot be priced comes back with null costs and the
   * reason.
   */
  RowCost price(UsageRecord usage);
}
