package io.tokenledger.forwarder.drain;

/**
 * How much one transaction takes. Behind a backlog each full batch has the next one doubled, up to
 * what the heap has room for: sums of the same hour and user meet in one row, and fewer commits are
 * waited for. Whoever keeps up stays with small ones, which are sooner there. Not thread-safe.
 */
final class BatchSize {
  private static final int LEAST_ENTRIES = 5_000;
  private static final long LEAST_BYTES = 8L << 20;

  /** More rows gain little, and a source that keeps up would wait too long for a backlog. */
  private static final int MOST_TIMES = 1;

  /** Two batches are in memory, the one that is read and the one that is written, as objects. */
  private static final long HEAP_FOR_EACH = 128L << 20;

  private final int most;
  private int times = 1;

  BatchSize() {
    this(Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap bytes that there are
   */
  BatchSize(long heap) {
    this.most = (int) Math.max(1, Math.min(MOST_TIMES, heap / HEAP_FOR_EACH));
  }

  int entries() {
    return times * LEAST_ENTRIES;
  }

  long bytes() {
    return times * LEAST_BYTES;
  }

  boolean isFull(int entries, long bytes) {
    return entries >= entries() || bytes >= bytes();
  }

  /** What comes after a batch that was full, or was not: then nothing waits. */
  void after(boolean full) {
    times = full ? Math.min(most, 2 * times) : 1;
  }
}
