package io.tokenledger.forwarder.store;

import java.nio.file.Path;

/**
 * A Postgres of our own for trying out: own data directory, loopback only, password, durable.
 * Connects to a running one, adopts an orphan, and never stops what it did not start.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private final PostgresSettings settings;

  private EmbeddedPostgres(PostgresSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts a server whose files live below a directory, or connects to the one that runs there.
   *
   * @throws StoreException when it cannot start
   */
  public static EmbeddedPostgres open(Path directory) {
    throw new UnsupportedOperationException("not there yet");
  }

  /** How to connect to it. */
  public PostgresSettings settings() {
    return settings;
  }

  /** Stops the server if this process started or adopted it and nobody else is connected. */
  @Override
  public void close() {}
}
