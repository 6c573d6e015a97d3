package io.tokenledger.agent.ledger;

import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.core.time.TimeProvider;

/**
 * The clock that Chronicle rolls by. It stands still until {@link #moveTo}, so that no cycle begins
 * whose file has no blocks yet, and never goes back.
 */
final class CycleClock implements TimeProvider {
  private final int cycleMillis;
  private volatile long millis;

  CycleClock(int cycleMillis, long startMillis) {
    this.cycleMillis = cycleMillis;
    this.millis = startMillis;
  }

  /** Moves to the cycle of {@code wallMillis}. */
  void moveTo(long wallMillis) {
    millis = Math.max(millis, wallMillis);
  }

  /** True if {@code wallMillis} lies in a later cycle than the clock. */
  boolean isBehind(long wallMillis) {
    return wallMillis / cycleMillis > millis / cycleMillis;
  }

  /** Where the cycle after this one begins. */
  long nextCycleMillis() {
    return (millis / cycleMillis + 1) * cycleMillis;
  }

  @Override
  public long currentTimeMillis() {
    return millis;
  }

  @Override
  public long currentTimeMicros() {
    return TimeUnit.MILLISECONDS.toMicros(millis);
  }

  @Override
  public long currentTimeNanos() {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
