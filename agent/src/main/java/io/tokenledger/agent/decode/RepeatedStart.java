package io.tokenledger.agent.decode;

import java.util.Arrays;

/**
 * The members that the events of a stream begin with, over and over: id, model, time of creation.
 * An event that begins with the very bytes of the one before is compared with them, which is an
 * order of magnitude faster than reading them again, and sets nothing that is not set. Where it
 * differs the scanner reads what was equal from here, as if the event had been cut there.
 *
 * <p>Only members at the top are remembered, up to the first nested value. Not thread-safe.
 */
final class RepeatedStart {
  static final int MIN_BYTES = 24;
  static final int MAX_BYTES = 256;

  /** Misses that hits did not make up for, after which a stream counts as one that varies. */
  private static final int MAX_MISSES = 8;

  private static final byte[] NO_BYTES = {};

  private byte[] bytes = NO_BYTES;
  private int length;
  private int matched;
  private int misses;
  private boolean lastMissed;

  /** Bits of the slots that its members set. */
  private long slots;

  private boolean terminalType;

  /** True when there is a start to compare with. */
  boolean known() {
    return length > 0;
  }

  /** True when the start of an event should be remembered. */
  boolean wanted() {
    return length == 0 && misses < MAX_MISSES;
  }

  /**
   * Remembers a start.
   *
   * @param slots bits of the slots that it set
   * @param terminalType whether it named the type of a terminal event
   */
  void learn(byte[] buffer, int from, int to, long slots, boolean terminalType) {
    length = to - from;
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    System.arraycopy(buffer, from, bytes, 0, length);
    this.slots = slots;
    this.terminalType = terminalType;
    lastMissed = false;
  }

  /** An event begins. */
  void begin() {
    matched = 0;
  }

  /**
   * Compares on.
   *
   * @return the index of the first byte that was not compared, or differs
   */
  int compare(byte[] buffer, int from, int to) {
    int count = Math.min(length - matched, to - from);
    int same = Arrays.mismatch(bytes, matched, matched + count, buffer, from, from + count);
    if (same < 0) {
      matched += count;
      return from + count;
    }
    matched += same;
    return from + same;
  }

  boolean complete() {
    return matched == length;
  }

  void hit() {
    misses = Math.max(0, misses - 1);
    lastMissed = false;
  }

  /** One odd event in between (a ping) does not make the start forgotten, two in a row do. */
  void missed() {
    misses++;
    if (lastMissed) {
      forget();
    }
    lastMissed = true;
  }

  void forget() {
    length = 0;
  }

  /** What was compared as equal in the event that began last. */
  byte[] bytes() {
    return bytes;
  }

  int matched() {
    return matched;
  }

  long slots() {
    return slots;
  }

  boolean terminalType() {
    return terminalType;
  }
}
