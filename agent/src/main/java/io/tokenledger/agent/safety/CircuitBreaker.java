package io.tokenledger.agent.safety;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops metering one client when our own code fails there again and again: after {@link
 * #MAX_ERRORS} errors it is open, after a delay half open, when one more error opens it again and a
 * quiet {@link #QUIET_NANOS} closes it. Errors of the application or of providers never count.
 *
 * <p>Thread-safe and lock-free; {@link #allows} is one volatile read while all is well.
 */
public final class CircuitBreaker {
  /** Errors, each less than {@link #QUIET_NANOS} after the one before, that open it. */
  public static final int MAX_ERRORS = 10;

  /** A minute: how long no error counts as well again. */
  public static final long QUIET_NANOS = 60_000_000_000L;

  static final long FIRST_DELAY_NANOS = QUIET_NANOS;
  static final long MAX_DELAY_NANOS = 60 * QUIET_NANOS;

  private final String client;
  private final Runnable firstError;
  private final AtomicInteger recentErrors = new AtomicInteger();
  private final AtomicLong errors = new AtomicLong();
  private volatile boolean closed = true;
  private volatile long lastErrorNanos;
  private volatile long openedNanos;
  private volatile long delayNanos = FIRST_DELAY_NANOS;
  private volatile String lastError;

  /** As the other, with nobody to tell of the first error. */
  public CircuitBreaker(String client) {
    this(client, null);
  }

  /**
   * @param client the client's name, for reports
   * @param firstError runs at the first error, on the thread where it happened, so that somebody
   *     reports it even if nothing is ever metered; never throws; or null
   */
  public CircuitBreaker(String client, Runnable firstError) {
    this.client = client;
    this.firstError = firstError;
  }

  /** Whether the client is to be metered. */
  public boolean allows() {
    return closed || allows(System.nanoTime());
  }

  boolean allows(long now) {
    if (closed) {
      return true;
    }
    long since = now - openedNanos;
    if (since < delayNanos) {
      return false;
    }
    if (since > delayNanos + QUIET_NANOS) {
      recentErrors.set(0);
      delayNanos = FIRST_DELAY_NANOS;
      closed = true;
    }
    return true;
  }

  /** One of our own methods failed. */
  public void failed(Throwable error) {
    failed(error, System.nanoTime());
  }

  void failed(Throwable error, long now) {
    lastError = words(error);
    if (errors.incrementAndGet() == 1 && firstError != null) {
      firstError.run();
    }
    if (closed && now - lastErrorNanos > QUIET_NANOS) {
      recentErrors.set(0);
    }
    lastErrorNanos = now;
    if (!closed && now - openedNanos >= delayNanos) {
      delayNanos = Math.min(MAX_DELAY_NANOS, 2 * delayNanos);
      openedNanos = now;
    } else if (closed && recentErrors.incrementAndGet() >= MAX_ERRORS) {
      openedNanos = now;
      closed = false;
    }
  }

  public String client() {
    return client;
  }

  /** All errors so far. */
  public long errors() {
    return errors.get();
  }

  /**
   * The latest error in words, or null. Not the error itself: its class and the classes of its
   * stack trace would keep a stopped web application in memory.
   */
  public String lastError() {
    return lastError;
  }

  /** Whether it opened and did not close again. */
  public boolean tripped() {
    return !closed;
  }

  private static String words(Throwable error) {
    try {
      return error.toString();
    } catch (Throwable itsOwnMethodFailed) {
      return error.getClass().getName();
    }
  }
}
