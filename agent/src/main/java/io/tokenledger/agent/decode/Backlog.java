package io.tokenledger.agent.decode;

import java.io.IOException;
import java.util.Arrays;

/**
 * A body in an encoding whose libraries pull: kept as it came, at most {@link #MAX_BYTES}, and
 * decoded on the ledger thread once the exchange ended. So no library runs on an application's
 * thread, and its window exists once in a process, not once for each stream; the price is that no
 * time of the first content is known. Not thread-safe.
 */
final class Backlog implements ContentDecoder {
  /** Of encoded bytes: some ten times as much text. */
  static final int MAX_BYTES = 1 << 20;

  private static final int FIRST_BYTES = 2048;
  private static final byte[] NO_BYTES = {};

  private final boolean brotli;
  private byte[] bytes = NO_BYTES;
  private int length;
  private boolean broken;

  /**
   * @param brotli {@code br}, else {@code zstd}
   */
  Backlog(boolean brotli) {
    this.brotli = brotli;
  }

  @Override
  public void decode(byte[] buffer, int from, int to, Sink sink) {
    int count = to - from;
    if (broken || length + count > MAX_BYTES) {
      broken = true;
      bytes = NO_BYTES;
      return;
    }
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(FIRST_BYTES, 2 * (length + count)));
    }
    System.arraycopy(buffer, from, bytes, length, count);
    length += count;
  }

  @Override
  public boolean deferred() {
    return true;
  }

  /** Loads the library with the class that calls it: not on an application's thread. */
  @Override
  public void finish(Sink sink, boolean whole) {
    if (broken || length == 0) {
      return;
    }
    BoundedSink bounded = new BoundedSink(sink);
    try {
      if (brotli) {
        BrotliBody.decode(bytes, length, bounded);
      } else {
        ZstdBody.decode(bytes, length, bounded);
      }
    } catch (IOException | RuntimeException undecodable) {
      // What was cut cannot be told from what is broken.
      broken = whole || bounded.exceeded();
    } catch (LinkageError unavailable) {
      broken = true; // a JVM that keeps Unsafe to itself
    }
    bytes = NO_BYTES;
  }

  @Override
  public boolean undecodable() {
    return broken;
  }

  @Override
  public void close() {}
}
