package io.tokenledger.record;

import java.time.Instant;

/**
 * Exchanges that are known to be missing from the ledger.
 *
 * @param reason why: {@code overflow} (hand-off full), {@code disk} (no space, or under the floor),
 *     {@code cap} (byte limit of the queue), {@code too_large}, {@code failed} (a record that could
 *     not be made or written)
 * @param count how many exchanges, at least 1
 * @param first wall clock of the first one
 * @param last wall clock of the last one
 */
public record GapRecord(String reason, long count, Instant first, Instant last)
    implements EntryBody {}
