package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Everything that one transaction writes.
 *
 * @param advances one per source, in the order of the source ids
 */
public record LedgerBatch(
    List<Advance> advances,
    List<Usage> usages,
    List<Gap> gaps,
    List<DeadLetter> deadLetters,
    List<Report> reports) {

  /** Whether no event of the one is an event of the other, as it should be. */
  public boolean isApartFrom(LedgerBatch other) {
    Set<UUID> events = new HashSet<>(2 * usages.size());
    usages.forEach(entry -> events.add(entry.usage().get(UsageField.EVENT_ID)));
    return other.usages.stream()
        .noneMatch(entry -> events.contains(entry.usage().get(UsageField.EVENT_ID)));
  }

  /**
   * A usage record and where it came from.
   *
   * @param ahead its cost by the prices that were current when it was read; null where that is left
   *     to the transaction
   */
  public record Usage(UUID sourceId, long seq, UsageRecord usage, PricedAhead ahead) {
    /** Left to the transaction to price. */
    public Usage(UUID sourceId, long seq, UsageRecord usage) {
      this(sourceId, seq, usage, null);
    }
  }

  /** A cost that holds as long as the same pricer is current and the row says what it said. */
  public record PricedAhead(Pricer by, RowCost cost) {}

  /** An agent's report of itself. */
  public record Report(UUID sourceId, Instant at, String json) {}
}
