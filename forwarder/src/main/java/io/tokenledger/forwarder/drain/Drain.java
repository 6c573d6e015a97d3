package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.store.Database;

/**
 * Moves records from queue directories into the ledger, each exactly once.
 *
 * <p>Not thread-safe, except for {@link #stop()}.
 */
public final class Drain implements AutoCloseable {
  private volatile boolean stopping;

  public Drain(Database database, Pricer pricer, DrainSettings settings) {}

  /**
   * Drains what is there now, then returns.
   *
   * @throws io.tokenledger.forwarder.store.StoreException when the database fails; what was
   *     committed stays, the rest waits on disk
   */
  public DrainSummary drainAll() {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Drains for ever; once {@link #stop()} was called drains what is there, at most {@code
   * shutdownDrain}, and returns. Waits out a database that cannot be reached.
   */
  public DrainSummary follow() {
    throw new UnsupportedOperationException("not there yet");
  }

  /** Asks {@link #follow()} to come to an end; returns at once. */
  public void stop() {
    stopping = true;
  }

  /** Gives the leases back. */
  @Override
  public void close() {}
}
