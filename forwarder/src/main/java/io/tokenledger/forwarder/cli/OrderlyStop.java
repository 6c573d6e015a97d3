package io.tokenledger.forwarder.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end with the command's own exit code.
 *
 * <p>The JVM answers a signal by its shutdown hooks alone and would exit with 128 plus the signal;
 * so the hook asks the command to stop, waits until it has, and ends the process itself.
 */
final class OrderlyStop {
  /** Time beyond the drain to close connections and a Postgres of our own. */
  private static final Duration TO_CLOSE = Duration.ofSeconds(10);

  private final Duration patience;
  private final CountDownLatch finished = new CountDownLatch(1);
  private Runnable action;
  private boolean stopping;
  private volatile int exitCode = Commands.FAILED;

  private OrderlyStop(Duration patience) {
    this.patience = patience;
  }

  static OrderlyStop install(Duration shutdownDrain) {
    OrderlyStop stop = new OrderlyStop(shutdownDrain.plus(TO_CLOSE));
    Runtime.getRuntime().addShutdownHook(new Thread(stop::stop, "tokenledger-stop"));
    return stop;
  }

  /** Says what ends the command; called at once when the signal came before. */
  synchronized void onStop(Runnable action) {
    this.action = action;
    if (stopping) {
      action.run();
    }
  }

  /** Tells that everything is closed, and the code to exit with. */
  void finished(int code) {
    exitCode = code;
    finished.countDown();
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    synchronized (this) {
      stopping = true;
      if (action != null) {
        action.run();
      }
    }
    try {
      boolean inTime = finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!inTime) {
        System.err.println(
            "Not finished within shutdown_drain; what was committed stays, the rest is on disk.");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
