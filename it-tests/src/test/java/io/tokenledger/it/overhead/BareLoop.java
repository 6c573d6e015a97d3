package io.tokenledger.it.overhead;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The least that a JSON scan can do, to measure ours against: follows strings, eight bytes at a
 * time, and counts brackets. It finds nothing.
 */
final class BareLoop {
  private static final VarHandle ARRAY =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BUFFER =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private boolean inString;
  private boolean escaped;
  int depth;

  void scan(byte[] b, int from, int to) {
    int i = from;
    while (i < to) {
      if (inString) {
        i = string(b, i, to);
        continue;
      }
      byte c = b[i++];
      if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
  }

  private int string(byte[] b, int from, int to) {
    int i = from;
    while (i < to) {
      if (escaped) {
        escaped = false;
        i++;
        continue;
      }
      if (i <= to - 8) {
        long hit = hit((long) ARRAY.get(b, i));
        if (hit == 0) {
          i += 8;
          continue;
        }
        i += Long.numberOfTrailingZeros(hit) >>> 3;
      }
      byte c = b[i++];
      if (c == '"') {
        inString = false;
        return i;
      }
      escaped = c == '\\';
    }
    return i;
  }

  void scan(ByteBuffer b) {
    int i = b.position();
    int to = b.limit();
    while (i < to) {
      if (inString) {
        i = string(b, i, to);
        continue;
      }
      byte c = b.get(i++);
      if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
  }

  private int string(ByteBuffer b, int from, int to) {
    int i = from;
    while (i < to) {
      if (escaped) {
        escaped = false;
        i++;
        continue;
      }
      if (i <= to - 8) {
        long hit = hit((long) BUFFER.get(b, i));
        if (hit == 0) {
          i += 8;
          continue;
        }
        i += Long.numberOfTrailingZeros(hit) >>> 3;
      }
      byte c = b.get(i++);
      if (c == '"') {
        inString = false;
        return i;
      }
      escaped = c == '\\';
    }
    return i;
  }

  private static long hit(long word) {
    long quote = word ^ '"' * ONES;
    long backslash = word ^ '\\' * ONES;
    return ((quote - ONES & ~quote) | (backslash - ONES & ~backslash)) & HIGHS;
  }
}
