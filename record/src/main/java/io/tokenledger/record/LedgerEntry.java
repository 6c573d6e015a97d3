package io.tokenledger.record;

import java.util.Objects;
import java.util.UUID;

/**
 * One entry of a queue.
 *
 * @param sourceId the process that wrote it (UUIDv7, also in its {@code source.json})
 * @param seq 0, 1, 2 ... without holes within a source; a jump is a gap
 * @param body what it says
 */
public record LedgerEntry(UUID sourceId, long seq, EntryBody body) {
  public LedgerEntry {
    Objects.requireNonNull(sourceId, "sourceId");
    Objects.requireNonNull(body, "body");
  }
}
