package io.tokenledger.agent.decode;

/**
 * The name of a member that is cut between pieces or holds escapes, put together byte by byte. A
 * name that is longer than every name of interest is read to its end and matches nothing. Not
 * thread-safe.
 */
final class MemberName {
  /** Longest name of interest, in bytes; all of them are ASCII. */
  static final int MAX_BYTES = 64;

  private final byte[] bytes = new byte[MAX_BYTES];
  private int length;
  private boolean tooLong;
  private boolean complete;
  private boolean escaped;
  private int hexLeft;
  private int codeUnit;

  void begin() {
    length = 0;
    tooLong = false;
    complete = false;
    escaped = false;
    hexLeft = 0;
  }

  /** Reads up to and including the closing quote; returns the index of the next byte. */
  int read(byte[] buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = buffer[i];
      if (hexLeft > 0) {
        codeUnit = codeUnit << 4 | Character.digit(c, 16) & 0xf;
        if (--hexLeft == 0) {
          addCodeUnit();
        }
      } else if (escaped) {
        escaped = false;
        addEscape(c);
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        complete = true;
        return i + 1;
      } else {
        add(c);
      }
    }
    return to;
  }

  boolean complete() {
    return complete;
  }

  /** The member of this name, or null. */
  PathNode in(PathNode container) {
    return tooLong ? null : container.member(bytes, 0, length);
  }

  private void addEscape(byte c) {
    switch (c) {
      case 'u' -> {
        hexLeft = 4;
        codeUnit = 0;
      }
      case 'b' -> add((byte) '\b');
      case 'f' -> add((byte) '\f');
      case 'n' -> add((byte) '\n');
      case 'r' -> add((byte) '\r');
      case 't' -> add((byte) '\t');
      default -> add(c);
    }
  }

  /** No name of interest has a character beyond ASCII, so such a name matches nothing. */
  private void addCodeUnit() {
    if (codeUnit < 0x80) {
      add((byte) codeUnit);
    } else {
      tooLong = true;
    }
  }

  private void add(byte c) {
    if (length == MAX_BYTES) {
      tooLong = true;
    } else {
      bytes[length++] = c;
    }
  }
}
