package io.tokenledger.forwarder.retention;

import io.tokenledger.forwarder.store.StoreException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Applies retention from time to time in a thread of its own, beside a drain that must not wait for
 * an export. Says what fails once for as long as it is the same.
 */
public final class RetentionLoop implements AutoCloseable {
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  /** What a pass does; says what was done and what was not. */
  public interface Pass {
    void run(Consumer<String> notices);
  }

  private final Thread thread;

  private RetentionLoop(Thread thread) {
    this.thread = thread;
  }

  /** Starts with a pass, then one an hour. */
  public static RetentionLoop start(Pass pass, Consumer<String> notices) {
    return start(pass, notices, EVERY);
  }

  static RetentionLoop start(Pass pass, Consumer<String> notices, Duration every) {
    Thread thread = new Thread(() -> repeat(pass, notices, every), "tokenledger-retention");
    thread.setDaemon(true);
    thread.start();
    return new RetentionLoop(thread);
  }

  /** Asks it to come to an end; returns at once. */
  public void stop() {
    thread.interrupt();
  }

  /**
   * Waits for a little for the pass that runs now. What it has begun is rolled back by the database
   * when the process ends first, and begun again by the next pass.
   */
  @Override
  public void close() {
    stop();
    try {
      thread.join(LAST_WAIT.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void repeat(Pass pass, Consumer<String> notices, Duration every) {
    String said = null;
    Duration wait = every;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        pass.run(notices);
        said = null;
        wait = every;
      } catch (StoreException failure) {
        wait = every.compareTo(AFTER_FAILURE) < 0 ? every : AFTER_FAILURE;
        if (!failure.getMessage().equals(said)) {
          said = failure.getMessage();
          notices.accept("Retention: " + said);
        }
      }
      try {
        Thread.sleep(wait.toMillis());
      } catch (InterruptedException closed) {
        return;
      }
    }
  }
}
