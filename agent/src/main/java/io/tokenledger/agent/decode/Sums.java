package io.tokenledger.agent.decode;

/**
 * Sums of the counts that stand at the paths of some slots. One value that is no count, or a sum
 * beyond 64 bits, makes the whole sum {@link #NONE} for good. Not thread-safe.
 */
final class Sums {
  private static final long NONE = -1;

  private final long[] sums;
  private long summed;

  Sums(int slots) {
    sums = new long[slots];
  }

  /** Adds the number that is written in these bytes. */
  void add(int slot, byte[] buffer, int start, int length) {
    long number = count(buffer, start, start + length);
    long sum = sums[slot];
    summed |= 1L << slot;
    sums[slot] = sum < 0 || number < 0 || sum + number < 0 ? NONE : sum + number;
  }

  /** The sum in digits, {@code -1} when there is none, null when nothing was added. */
  String text(int slot) {
    return (summed & 1L << slot) == 0 ? null : Long.toString(sums[slot]);
  }

  /** A whole number from zero up, also when it is written as a float ({@code 28.0}). */
  private static long count(byte[] buffer, int start, int end) {
    long number = 0;
    int i = start;
    while (i < end && buffer[i] >= '0' && buffer[i] <= '9') {
      if (number > (Long.MAX_VALUE - 9) / 10) {
        return NONE;
      }
      number = number * 10 + buffer[i++] - '0';
    }
    if (i == start) {
      return NONE;
    }
    if (i + 1 < end && buffer[i] == '.') {
      i++;
      while (i < end && buffer[i] == '0') {
        i++;
      }
    }
    return i == end ? number : NONE;
  }
}
