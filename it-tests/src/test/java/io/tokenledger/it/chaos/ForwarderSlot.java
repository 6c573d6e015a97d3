package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * A forwarder as a supervisor runs it: started again when it ended. It may end by itself only while
 * it starts and Postgres is away, with 1. Not thread-safe.
 */
final class ForwarderSlot implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(60);

  /** A lease lasts ten seconds without renewal. */
  private static final long LEASE_NANOS = 10_000_000_000L;

  private static final long STALL_NANOS = LEASE_NANOS + 2_000_000_000L;

  private final String name;
  private final Jdks.Jdk jdk;
  private final ForwarderSetup setup;
  private JavaProcess process;
  private boolean postgresWasAway;
  private boolean stalled;
  private long stalledNanos;
  private int outlasted;

  ForwarderSlot(String name, Jdks.Jdk jdk, ForwarderSetup setup) {
    this.name = name;
    this.jdk = jdk;
    this.setup = setup;
  }

  /** Sees that it runs, unless it is to stand still. */
  void ensure() {
    if (stalled && System.nanoTime() - stalledNanos >= STALL_NANOS) {
      resume();
    }
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

  /** SIGSTOP, for longer than its lease unless it is told to end before. */
  void stall() {
    if (process != null && process.isAlive() && !stalled) {
      signal("STOP");
      stalled = true;
      stalledNanos = System.nanoTime();
    }
  }

  /** How often it stood still for longer than its lease and went on. */
  int outlastedLeases() {
    return outlasted;
  }

  void kill() {
    if (process != null && process.isAlive()) {
      process.kill();
      stalled = false;
      process = null;
    }
  }

  /** SIGTERM; fails unless it ends in time, with 0. */
  void terminate() {
    if (process == null || !process.isAlive()) {
      return;
    }
    resume();
    process.terminate();
    int exit = process.exitCode(GRACE);
    boolean starting = process.out().stream().noneMatch(line -> line.startsWith("http: "));
    if (exit != 0 && !starting) {
      throw unexpected("ended with " + exit + " when it was asked to stop");
    }
    process = null;
  }

  private void resume() {
    if (!stalled) {
      return;
    }
    stalled = false;
    signal("CONT");
    if (System.nanoTime() - stalledNanos > LEASE_NANOS) {
      outlasted++;
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
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
