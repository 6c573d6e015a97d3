package io.tokenledger.forwarder.drain;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * How far one source is behind, as {@link LagReader} found it.
 *
 * @param service from its {@code source.json}; null where that names none
 * @param startedAt when the process started; null where that is not said
 * @param records records on disk that are not committed; numbers count gaps and reports too
 * @param oldest when the oldest of these ended; null: there is none, or none with a time
 * @param exchanged a call of it is in the ledger
 * @param refused clients that its agent refused, with the reason
 */
public record SourceLag(
    UUID sourceId,
    String service,
    Instant startedAt,
    long records,
    Instant oldest,
    boolean exchanged,
    Map<String, String> refused) {}
