package io.tokenledger.agent.client;

import io.tokenledger.agent.exchange.BodyScan;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A {@link BodyScan} under the same guard as {@link GuardedExchange}. */
public final class GuardedScan extends OutputStream {
  private final BodyScan scan;
  private final byte[] single = new byte[1];
  private boolean detached;

  GuardedScan(BodyScan scan) {
    this.scan = scan;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) {
    if (!detached) {
      try {
        scan.bytes(buffer, offset, length);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  @Override
  public void write(int value) {
    single[0] = (byte) value;
    write(single, 0, 1);
  }

  /**
   * Scans what a channel took from a buffer.
   *
   * @param buffer as the channel left it
   * @param from its position before
   */
  public void taken(ByteBuffer buffer, int from) {
    int position = buffer.position();
    if (detached || position <= from) {
      return;
    }
    int limit = buffer.limit();
    try {
      buffer.limit(position).position(from);
      scan.bytes(buffer);
    } catch (Throwable ours) {
      detached = true;
    } finally {
      buffer.limit(limit).position(position);
    }
  }
}
