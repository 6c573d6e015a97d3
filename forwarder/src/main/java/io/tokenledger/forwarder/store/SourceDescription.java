package io.tokenledger.forwarder.store;

import java.time.Instant;
import java.util.UUID;

/**
 * What a {@code source.json} says. Everything but the id may be null.
 *
 * @param clients JSON
 * @param json the whole file
 */
public record SourceDescription(
    UUID sourceId,
    String service,
    String environment,
    String host,
    Long pid,
    Instant startedAt,
    String agentVersion,
    String javaVersion,
    String configDigest,
    String clients,
    String json) {}
