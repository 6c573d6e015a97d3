package io.tokenledger.forwarder.store;

/** Whether a command that writes may change the schema. */
public enum MigrateMode {
  /** It brings the schema up to its own version. */
  AUTO,
  /** It never does, and refuses a schema that is older than it needs. */
  CHECK
}
