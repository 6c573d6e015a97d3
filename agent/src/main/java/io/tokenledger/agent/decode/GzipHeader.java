package io.tokenledger.agent.decode;

/**
 * Reads the header of a gzip member (RFC 1952) that may be cut anywhere:
 *
 * <pre>
 *   1f 8b | 08 | flags | time 4, extra flags, system | [length 2, extra] [name 0] [comment 0] [crc 2]
 * </pre>
 */
final class GzipHeader {
  private static final int FIXED_BYTES = 10;
  private static final int FLAG_CRC = 0x02;
  private static final int FLAG_EXTRA = 0x04;
  private static final int FLAG_NAME = 0x08;
  private static final int FLAG_COMMENT = 0x10;

  private int fixedRead;
  private int flags;
  private int extraLengthRead;
  private int extraLeft;
  private int crcLeft;
  private boolean broken;
  private boolean complete;

  void restart() {
    fixedRead = 0;
    complete = false;
  }

  boolean complete() {
    return complete;
  }

  boolean broken() {
    return broken;
  }

  /** Reads on; returns the index of the first byte that was not consumed. */
  int read(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && !complete && !broken) {
      step(buffer[i++]);
    }
    return i;
  }

  private void step(byte c) {
    if (fixedRead < FIXED_BYTES) {
      fixed(c);
    } else if ((flags & FLAG_EXTRA) != 0) {
      extra(c);
    } else if ((flags & FLAG_NAME) != 0) {
      flags &= c == 0 ? ~FLAG_NAME : ~0;
    } else if ((flags & FLAG_COMMENT) != 0) {
      flags &= c == 0 ? ~FLAG_COMMENT : ~0;
    } else if (--crcLeft == 0) {
      flags &= ~FLAG_CRC;
    }
    complete = fixedRead == FIXED_BYTES && flags == 0;
  }

  private void fixed(byte c) {
    int value = c & 0xff;
    switch (fixedRead++) {
      case 0 -> broken = value != 0x1f;
      case 1 -> broken = value != 0x8b;
      case 2 -> broken = value != 8;
      case 3 -> {
        flags = value & (FLAG_CRC | FLAG_EXTRA | FLAG_NAME | FLAG_COMMENT);
        extraLengthRead = 0;
        extraLeft = 0;
        crcLeft = 2;
      }
      default -> {
        // Time, compression level and operating system say nothing of use.
      }
    }
  }

  private void extra(byte c) {
    if (extraLengthRead < 2) {
      extraLeft |= (c & 0xff) << 8 * extraLengthRead++;
    } else {
      extraLeft--;
    }
    if (extraLengthRead == 2 && extraLeft == 0) {
      flags &= ~FLAG_EXTRA;
    }
  }
}
