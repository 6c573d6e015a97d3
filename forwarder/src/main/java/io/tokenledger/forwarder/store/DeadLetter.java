package io.tokenledger.forwarder.store;

import java.util.UUID;

/**
 * A row of {@code token_ledger_dead_letters}; see the comments of its columns.
 *
 * @param seq null where it could not be read
 * @param sqlState null unless the database refused the record
 */
public record DeadLetter(
    UUID sourceId, Long seq, String place, String reason, String sqlState, byte[] record) {}
