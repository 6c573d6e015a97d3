package io.tokenledger.agent.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.brotli.dec.BrotliInputStream;

/** Decodes {@code br} (RFC 7932). */
final class BrotliBody {
  /** Two bits: the last block, and it is empty. Servers that flush end each flush at a byte. */
  private static final byte EMPTY_LAST_BLOCK = 3;

  private BrotliBody() {}

  /**
   * Decodes a body, or as much of it as came before its last flush when it was cut: the library
   * gives out nothing before its window is full or the last block came, so one is put behind.
   *
   * @throws IOException when it is broken, or longer than its bound
   */
  static void decode(byte[] bytes, int length, BoundedSink sink) throws IOException {
    sink.window(1L << windowBits(bytes));
    try {
      sink.drain(stream(bytes, length));
    } catch (IOException cut) {
      if (sink.exceeded()) {
        throw cut;
      }
      byte[] closed = Arrays.copyOf(bytes, length + 1);
      closed[length] = EMPTY_LAST_BLOCK;
      sink.again();
      sink.drain(stream(closed, closed.length));
    }
  }

  private static BrotliInputStream stream(byte[] bytes, int length) throws IOException {
    return new BrotliInputStream(new ByteArrayInputStream(bytes, 0, length), 1);
  }

  /** Section 9.1 of the RFC. */
  private static int windowBits(byte[] bytes) {
    int first = bytes[0];
    if ((first & 1) == 0) {
      return 16;
    }
    int large = first >> 1 & 7;
    if (large != 0) {
      return 17 + large;
    }
    int small = first >> 4 & 7;
    return small == 0 ? 17 : 8 + small;
  }
}
