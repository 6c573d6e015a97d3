package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Gap;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.record.LedgerEntry;
import java.util.UUID;

/**
 * One step through a source.
 *
 * @param after position once this step is committed
 * @param raw the bytes; null where the step is only a gap
 * @param entry what they say; null where they could not be decoded or were taken before
 * @param problem why they are a dead letter; null when they are none
 * @param gap what is missing before or at them; null when nothing is
 */
record Pulled(
    UUID sourceId, ReadPosition after, RawEntry raw, LedgerEntry entry, String problem, Gap gap) {
  int bytes() {
    return raw == null ? 0 : raw.bytes().length;
  }
}
