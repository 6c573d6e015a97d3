package io.tokenledger.forwarder.store;

import io.tokenledger.record.UsageRecord;
import java.time.Instant;
import java.util.List;
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

  /** A usage record and where it came from. */
  public record Usage(UUID sourceId, long seq, UsageRecord usage) {}

  /** An agent's report of itself. */
  public record Report(UUID sourceId, Instant at, String json) {}
}
