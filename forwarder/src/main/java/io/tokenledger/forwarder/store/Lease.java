package io.tokenledger.forwarder.store;

import java.util.UUID;

/**
 * The right to read a source for a while.
 *
 * @param sourceId the source
 * @param position how far it is committed
 * @param reads number of transactions that advanced it: the fence
 */
public record Lease(UUID sourceId, ReadPosition position, long reads) {}
