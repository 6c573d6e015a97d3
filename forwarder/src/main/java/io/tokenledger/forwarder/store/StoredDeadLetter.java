package io.tokenledger.forwarder.store;

import java.time.Instant;
import java.util.UUID;

/**
 * A dead letter as a list shows it: all but its bytes.
 *
 * @param service of its source; null where that is not known
 * @param seq null where it could not be read
 * @param sqlState null unless the database refused the record
 * @param bytes how many there are; null once they are expired
 * @param expiredAt null while the bytes are there
 */
public record StoredDeadLetter(
    long id,
    UUID sourceId,
    String service,
    Long seq,
    String place,
    String reason,
    String sqlState,
    Long bytes,
    Instant recordedAt,
    Instant expiredAt) {}
