package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.retention.RetentionSettings;
import io.tokenledger.forwarder.store.MigrateMode;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code forwarder.yml} says, with defaults filled in. Keys and meanings: {@code
 * docs/forwarder.md}.
 *
 * @param maxBytes the agents' limit for one process
 * @param directoryMaxBytes the agents' limit for all queues together
 * @param postgres null: an embedded Postgres serves
 * @param migrate whether commands that write may change the schema
 * @param embeddedDirectory where the embedded Postgres keeps its files
 */
record ForwarderConfig(
    Path queueDirectory,
    Duration keep,
    long maxBytes,
    long directoryMaxBytes,
    Duration deadLettersKeep,
    Duration shutdownDrain,
    PostgresSettings postgres,
    MigrateMode migrate,
    Path embeddedDirectory,
    Http http,
    RetentionSettings retention) {

  /**
   * Where {@code run} listens.
   *
   * @param port 0: any free one
   * @param token what a request must carry; null only on loopback
   */
  record Http(String address, int port, String token) {
    /** Keeps the token out of logs. */
    @Override
    public String toString() {
      return "Http[address=" + address + ", port=" + port + "]";
    }
  }
}
