package io.tokenledger.it.harness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true, with a deadline; never a fixed sleep. */
public final class Await {
  private static final long PAUSE_NANOS = 5_000_000;

  private Await() {}

  /** Waits for a value that is not null. */
  public static <T> T value(String what, Duration atMost, Supplier<T> supplier) {
    return value(what, atMost, supplier, () -> null, () -> "");
  }

  public static void until(String what, Duration atMost, BooleanSupplier condition) {
    value(what, atMost, () -> condition.getAsBoolean() ? Boolean.TRUE : null);
  }

  /**
   * Waits for a value that is not null.
   *
   * @param hopeless a reason to give up at once, or null
   * @param details added to the failure message
   */
  public static <T> T value(
      String what,
      Duration atMost,
      Supplier<T> supplier,
      Supplier<String> hopeless,
      Supplier<String> details) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      String reason = hopeless.get();
      T value = supplier.get();
      if (value != null) {
        return value;
      }
      if (reason != null) {
        throw new AssertionError("waiting for " + what + ": " + reason);
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(inVain(what, atMost) + "\n" + details.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  static String inVain(String what, Duration atMost) {
    return "waited " + atMost.toMillis() / 1e3 + " s in vain for " + what;
  }
}
