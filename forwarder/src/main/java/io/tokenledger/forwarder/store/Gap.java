package io.tokenledger.forwarder.store;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of {@code token_ledger_gaps}; see the comments of its columns.
 *
 * @param kind reported, sequence, lost or torn
 */
public record Gap(
    UUID sourceId,
    String kind,
    String reason,
    Long missing,
    Long firstSeq,
    Long lastSeq,
    Instant firstAt,
    Instant lastAt,
    String detail) {}
