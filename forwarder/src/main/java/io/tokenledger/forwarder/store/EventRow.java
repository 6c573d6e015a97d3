package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.time.Instant;
import java.util.UUID;

/**
 * One row of {@code token_ledger_events} before it is written.
 *
 * @param timestamp when the row is booked
 * @param agentTimestamp what the agent said; null where the row is booked just there
 */
public record EventRow(
    UUID sourceId,
    long seq,
    Instant timestamp,
    Instant agentTimestamp,
    Instant ingestedAt,
    UsageRecord usage,
    RowCost cost) {

  /** Whether what it used is counted on another row. */
  public boolean isRepeat() {
    return Repeats.isRepeat(usage);
  }

  public boolean hasUser() {
    return usage.get(UsageField.USER_ID) != null;
  }
}
