package io.tokenledger.agent.ledger;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded queue of many producers and one consumer, without locks, and without waking the
 * consumer: a full queue drops, an empty one is polled. A producer claims a slot by moving {@code
 * tail} and then fills it, so the consumer may find a claimed slot still empty and comes back
 * later. Order is that of the claims.
 *
 * <p>An ArrayBlockingQueue takes a lock on the caller's thread; a ConcurrentLinkedQueue allocates a
 * node for each element and has no bound.
 */
final class BoundedHandOff {
  /**
   * Exchanges that can wait. At 1,000 a second this bridges a ledger thread that is away for 4 s;
   * opening the queue takes less than one.
   */
  static final int DEFAULT_CAPACITY = 4_096;

  private final AtomicReferenceArray<FinishedExchange> slots;
  private final int mask;
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong head = new AtomicLong();

  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong firstDropMillis = new AtomicLong();
  private volatile long lastDropMillis;

  /**
   * @param capacity how many exchanges can wait, a power of two
   */
  BoundedHandOff(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("a power of two is needed, not " + capacity);
    }
    this.slots = new AtomicReferenceArray<>(capacity);
    this.mask = capacity - 1;
  }

  /** Adds an exchange; false, and counted, if there is no room. Any thread. */
  boolean offer(FinishedExchange finished) {
    long claimed;
    do {
      claimed = tail.get();
      if (claimed - head.get() > mask) {
        countDrop();
        return false;
      }
    } while (!tail.compareAndSet(claimed, claimed + 1));
    slots.setRelease((int) claimed & mask, finished);
    return true;
  }

  /** Takes the oldest exchange, or null if there is none. One thread at a time. */
  FinishedExchange poll() {
    long next = head.get();
    int slot = (int) next & mask;
    FinishedExchange finished = slots.getAcquire(slot);
    if (finished != null) {
      slots.setRelease(slot, null);
      head.set(next + 1);
    }
    return finished;
  }

  /** True when nothing waits, nor is about to. */
  boolean isEmpty() {
    return head.get() == tail.get();
  }

  /** How many exchanges were handed over since the start, dropped ones not counted. */
  long offered() {
    return tail.get();
  }

  /** Moves what was dropped since the last call into {@code gaps}. The consumer's thread. */
  void drainDrops(GapLog gaps) {
    long count = dropped.getAndSet(0);
    if (count > 0) {
      long first = firstDropMillis.getAndSet(0);
      long last = lastDropMillis;
      Instant lastDrop = Instant.ofEpochMilli(last);
      gaps.add("overflow", count, first == 0 ? lastDrop : Instant.ofEpochMilli(first), lastDrop);
    }
  }

  /** Counts what there was no room for elsewhere. Any thread. */
  void countDrop() {
    long now = System.currentTimeMillis();
    firstDropMillis.compareAndSet(0, now);
    lastDropMillis = now;
    dropped.incrementAndGet();
  }
}
