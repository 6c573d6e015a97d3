package io.tokenledger.forwarder.store;

import java.time.Instant;
import java.util.UUID;

/**
 * One source's step forward in a transaction.
 *
 * @param sourceId the source
 * @param reads the fence as it was when the lease was taken or last advanced
 * @param expectedSeq position that must be stored now
 * @param to position to store
 * @param lastEventAt latest timestamp among the rows of this step; null when it has none
 */
public record Advance(
    UUID sourceId, long reads, long expectedSeq, ReadPosition to, Instant lastEventAt) {

  /** What holds of the source once this step is committed. */
  public Lease after() {
    return new Lease(sourceId, to, reads + 1);
  }
}
