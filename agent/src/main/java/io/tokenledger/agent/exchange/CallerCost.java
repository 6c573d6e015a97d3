package io.tokenledger.agent.exchange;

/**
 * What code of ours cost the application's threads in one exchange that is timed. The response's
 * side is used by the one thread that owns the scanner, the request's side by the one that writes
 * the request.
 */
final class CallerCost {
  private long nanos;
  private long requestNanos;
  private long enteredNanos;

  /**
   * @param startNanos when the first of our code ran
   */
  CallerCost(long startNanos) {
    nanos = System.nanoTime() - startNanos;
  }

  void enter() {
    enteredNanos = System.nanoTime();
  }

  /** May be called again before the next {@link #enter}: for what was done since. */
  void leave() {
    long now = System.nanoTime();
    nanos += now - enteredNanos;
    enteredNanos = now;
  }

  void request(long startNanos) {
    requestNanos += System.nanoTime() - startNanos;
  }

  /** Nanoseconds so far; of a request that is still being written the pieces so far. */
  long nanos() {
    return nanos + requestNanos;
  }
}
