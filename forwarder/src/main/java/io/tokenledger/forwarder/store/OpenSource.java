package io.tokenledger.forwarder.store;

import java.util.Map;

/**
 * What the ledger knows of a source that is on disk.
 *
 * @param drained found abandoned and wholly drained
 * @param exchanged a call of it is in the ledger
 * @param refused clients that its agent refused, with the reason
 */
public record OpenSource(
    ReadPosition position, boolean drained, boolean exchanged, Map<String, String> refused) {
  /** One that no forwarder has seen yet. */
  public static final OpenSource UNSEEN =
      new OpenSource(ReadPosition.START, false, false, Map.of());
}
