package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.time.Duration;

/**
 * A forwarder as a supervisor runs it: started again when it ended. It may end by itself only while
 * it starts and Postgres is away, with 1. Not thread-safe.
 */
final class ForwarderSlot implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final String name;
  private final Jdks.Jdk jdk;
  private final ForwarderSetup setup;
  private JavaProcess process;
  private boolean postgresWasAway;

  ForwarderSlot(String name, Jdks.Jdk jdk, ForwarderSetup setup) {
    this.name = name;
    this.jdk = jdk;
    this.setup = setup;
  }

  /** Sees that it runs. */
  void ensure() {
    if (process != null && !process.isAlive()) {
      checkOwnEnd();
      process = null;
    }
    if (process == null) {
      postgresWasAway = false;
      process = setup.start(jdk, "run");
    }
  }

  /** To be called while Postgres is away, which excuses a start that fails. */
  void postgresIsAway() {
    postgresWasAway = true;
  }

  void kill() {
    if (process != null && process.isAlive()) {
      process.kill();
      process = null;
    }
  }

  /** SIGTERM; fails unless it ends in time, with 0. */
  void terminate() {
    if (process == null || !process.isAlive()) {
      return;
    }
    process.terminate();
    int exit = process.exitCode(GRACE);
    boolean starting = process.out().stream().noneMatch(line -> line.startsWith("http: "));
    if (exit != 0 && !starting) {
      throw unexpected("ended with " + exit + " when it was asked to stop");
    }
    process = null;
  }

  private void checkOwnEnd() {
    int exit = process.exitCode(GRACE);
    boolean started = process.out().stream().anyMatch(line -> line.startsWith("http: "));
    if (exit != 1 || started || !postgresWasAway) {
      throw unexpected("ended by itself with " + exit);
    }
  }

  private AssertionError unexpected(String what) {
    return new AssertionError("forwarder " + name + " " + what + "\n" + process.transcript());
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
