package io.tokenledger.forwarder.store;

/**
 * What a migration did.
 *
 * @param applied how many steps were applied now; 0 when the schema was current
 * @param version version of the schema afterwards
 */
public record MigrationResult(int applied, String version) {}
