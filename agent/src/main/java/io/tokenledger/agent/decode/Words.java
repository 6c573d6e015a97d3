package io.tokenledger.agent.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at once. A byte of a word is found by the classic zero-byte test, {@code (x
 * - 0x01..) & ~x & 0x80..}: its lowest hit is exact, hits above it may be false, and only the
 * lowest is used.
 */
final class Words {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES = ' ' * ONES;
  private static final long RETURNS = '\r' * ONES;

  /** Set in every bracket and brace and in letters, in no digit, sign, comma, dot or space. */
  private static final long BRACKET_BITS = 0x40 * ONES;

  private Words() {}

  /** The index of the first quote or backslash, or {@code to}. */
  static int quoteOrBackslash(byte[] buffer, int from, int to) {
    int i = from;
    for (int last = buffer.length - 8; i < to && i <= last; i += 8) {
      long word = (long) LONGS.get(buffer, i);
      long quote = word ^ QUOTES;
      long backslash = word ^ BACKSLASHES;
      long hit = ((quote - ONES & ~quote) | (backslash - ONES & ~backslash)) & HIGHS;
      if (hit != 0) {
        return Math.min(to, i + (Long.numberOfTrailingZeros(hit) >>> 3));
      }
    }
    while (i < to && buffer[i] != '"' && buffer[i] != '\\') {
      i++;
    }
    return Math.min(i, to);
  }

  /** The index of the first CR, or {@code to}. */
  static int carriageReturn(byte[] buffer, int from, int to) {
    int i = from;
    for (int last = to - 8; i <= last; i += 8) {
      long word = (long) LONGS.get(buffer, i) ^ RETURNS;
      long hit = (word - ONES & ~word) & HIGHS;
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    while (i < to && buffer[i] != '\r') {
      i++;
    }
    return i;
  }

  /** The index of the first LF or CR, or {@code to}. */
  static int lineEnd(byte[] buffer, int from, int to) {
    int i = from;
    while (true) {
      i = pastText(buffer, i, to);
      if (i >= to || buffer[i] == '\n' || buffer[i] == '\r') {
        return Math.min(i, to);
      }
      i++;
    }
  }

  /** The index of the first control character, or {@code to}, or beyond it. */
  private static int pastText(byte[] buffer, int from, int to) {
    int i = from;
    // Four words a turn: most lines are some hundred bytes long.
    for (int last = to - 32; i <= last; i += 32) {
      long hits =
          controls((long) LONGS.get(buffer, i))
              | controls((long) LONGS.get(buffer, i + 8))
              | controls((long) LONGS.get(buffer, i + 16))
              | controls((long) LONGS.get(buffer, i + 24));
      if ((hits & HIGHS) != 0) {
        break;
      }
    }
    for (int last = buffer.length - 8; i < to && i <= last; i += 8) {
      long hit = controls((long) LONGS.get(buffer, i)) & HIGHS;
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    while (i < to && (buffer[i] >= ' ' || buffer[i] < 0)) {
      i++;
    }
    return i;
  }

  /** The highest bit of the lowest byte below a space is set, and none below it. */
  private static long controls(long word) {
    return word - SPACES & ~word;
  }

  /** The index up to which whole words hold neither a quote nor a bracket nor a brace. */
  static int pastNumbers(byte[] buffer, int from, int to) {
    int i = from;
    while (i <= to - 8) {
      long word = (long) LONGS.get(buffer, i);
      long quote = word ^ QUOTES;
      if ((word & BRACKET_BITS | quote - ONES & ~quote & HIGHS) != 0) {
        return i;
      }
      i += 8;
    }
    return i;
  }

  /** The first eight bytes of a name, little-endian; a shorter name is filled up with zeros. */
  static long head(byte[] buffer, int start, int length) {
    if (start <= buffer.length - 8) {
      long word = (long) LONGS.get(buffer, start);
      return length >= 8 ? word : word & (1L << (length << 3)) - 1;
    }
    long word = 0;
    for (int i = Math.min(length, 8) - 1; i >= 0; i--) {
      word = word << 8 | buffer[start + i] & 0xff;
    }
    return word;
  }
}
