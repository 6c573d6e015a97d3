package io.tokenledger.forwarder.drain;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: about twice as long each time, up to a longest, with a
 * random part of a half, so that a fleet of forwarders does not come back in step. Not thread-safe.
 */
public final class Backoff {
  private final Duration first;
  private final Duration longest;
  private Duration next;

  public Backoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** From a half of the current step to all of it; the step doubles with each call. */
  public Duration next() {
    Duration step = next;
    next = step.multipliedBy(2).compareTo(longest) > 0 ? longest : step.multipliedBy(2);
    long half = step.toNanos() / 2;
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  /** It works again: the next wait is the first one. */
  public void reset() {
    next = first;
  }
}
