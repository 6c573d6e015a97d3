package io.tokenledger.agent.decode;

import java.util.Arrays;

/**
 * The payload of a {@code chunk} event, {@code {"bytes":"<base64>","p":"<padding>"}}: decodes the
 * model's own JSON in passing and has it scanned. Never throws; what is no base64 is passed over,
 * and what comes of it is no JSON. Not thread-safe.
 */
final class AwsChunkPayload {
  private static final int STRUCTURE = 0;
  private static final int NAME = 1;
  private static final int TEXT = 2;
  private static final int BASE64 = 3;

  private static final byte[] MEMBER = {'b', 'y', 't', 'e', 's'};
  private static final byte[] DIGITS = digits();

  private final FieldScanner scanner;
  private int state;
  private int depth;
  private boolean nameNext;
  private int matched;
  private boolean escaped;
  private int bits;
  private int digits;

  AwsChunkPayload(FieldScanner scanner) {
    this.scanner = scanner;
  }

  void begin() {
    state = STRUCTURE;
    depth = 0;
    nameNext = false;
    matched = -1;
    escaped = false;
  }

  void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to) {
      switch (state) {
        case STRUCTURE -> structure(buffer[i++]);
        case NAME -> name(buffer[i++]);
        case TEXT -> i = text(buffer, i, to);
        default -> i = base64(buffer, i, to);
      }
    }
  }

  private void structure(byte c) {
    switch (c) {
      case '"' -> beginString();
      case '{', '[' -> nameNext = ++depth == 1;
      case '}', ']' -> depth--;
      case ',' -> nameNext = depth == 1;
      case ':' -> nameNext = false;
      default -> {
        // White space and scalars say nothing here.
      }
    }
  }

  private void beginString() {
    if (nameNext) {
      state = NAME;
      matched = 0;
    } else if (depth == 1 && matched == MEMBER.length) {
      state = BASE64;
      matched = -1;
      digits = 0;
    } else {
      state = TEXT;
    }
  }

  private void name(byte c) {
    if (escaped) {
      escaped = false;
    } else if (c == '"') {
      state = STRUCTURE;
    } else if (c == '\\') {
      escaped = true;
      matched = -1;
    } else {
      boolean same = matched >= 0 && matched < MEMBER.length && MEMBER[matched] == c;
      matched = same ? matched + 1 : -1;
    }
  }

  private int text(byte[] buffer, int from, int to) {
    if (escaped) {
      escaped = false;
      return from + 1;
    }
    int end = Words.quoteOrBackslash(buffer, from, to);
    if (end < to && buffer[end] == '"') {
      state = STRUCTURE;
    }
    escaped = end < to && buffer[end] == '\\';
    return Math.min(end + 1, to);
  }

  private int base64(byte[] buffer, int from, int to) {
    byte[] decoded = Chunks.take();
    int length = 0;
    int i = from;
    while (i < to && state == BASE64) {
      byte c = buffer[i++];
      int digit = c < 0 ? -1 : DIGITS[c];
      if (digit >= 0) {
        bits = bits << 6 | digit;
        if (++digits == 4) {
          digits = 0;
          if (length > decoded.length - 3) {
            scanner.scan(decoded, 0, length);
            length = 0;
          }
          decoded[length++] = (byte) (bits >> 16);
          decoded[length++] = (byte) (bits >> 8);
          decoded[length++] = (byte) bits;
        }
      } else if (c == '"') {
        state = STRUCTURE;
      }
    }
    scanner.scan(decoded, 0, length);
    Chunks.give(decoded);
    if (state == STRUCTURE) {
      rest();
    }
    return i;
  }

  /** The one or two bytes of the last digits, which padding made up to four. */
  private void rest() {
    if (digits < 2) {
      return;
    }
    byte[] decoded = Chunks.take();
    int whole = digits == 2 ? bits << 12 : bits << 6;
    decoded[0] = (byte) (whole >> 16);
    decoded[1] = (byte) (whole >> 8);
    scanner.scan(decoded, 0, digits - 1);
    Chunks.give(decoded);
  }

  private static byte[] digits() {
    byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      digits[alphabet.charAt(i)] = (byte) i;
    }
    return digits;
  }
}
