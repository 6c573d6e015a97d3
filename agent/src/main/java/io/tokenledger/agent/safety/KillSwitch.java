package io.tokenledger.agent.safety;

import java.io.File;

/**
 * Lets an operator stop the metering of running applications: while a file of the name {@link
 * #FILE_NAME} is in the queue's base directory, no new exchange begins, and every object of the
 * clients stays as it is. The ledger thread looks for it.
 */
public final class KillSwitch {
  /** Touch it to stop metering, delete it to go on. */
  public static final String FILE_NAME = "tokenledger.off";

  private static final long POLL_NANOS = 1_000_000_000L;

  private final File file;
  private volatile boolean off;
  private long lastPollNanos;
  private boolean polled;

  /**
   * @param queueDirectory base directory of the queues
   */
  public KillSwitch(String queueDirectory) {
    this.file = new File(queueDirectory, FILE_NAME);
  }

  /** Whether metering is switched off. One volatile read. */
  public boolean off() {
    return off;
  }

  /** Looks for the file, at most once a second. For the ledger thread alone. */
  public void poll() {
    long now = System.nanoTime();
    if (!polled || now - lastPollNanos > POLL_NANOS) {
      polled = true;
      lastPollNanos = now;
      off = file.exists();
    }
  }
}
