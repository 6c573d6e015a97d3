package io.tokenledger.agent.client;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Faults;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A {@link BodyScan} under the same guard as {@link GuardedExchange}. When it fails, the response
 * is scanned all the same.
 */
public final class GuardedScan extends OutputStream {
  private final BodyScan scan;
  private final Faults faults;
  private final byte[] single = new byte[1];
  private boolean detached;

  GuardedScan(BodyScan scan, Faults faults) {
    this.scan = scan;
    this.faults = faults;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) {
    if (!detached) {
      try {
        scan.bytes(buffer, offset, length);
      } catch (Throwable ours) {
        detach(ours);
      }
    }
  }

  @Override
  public void write(int value) {
    single[0] = (byte) value;
    write(single, 0, 1);
  }

  /** Scans a piece before it is passed on. The buffer stays as it is, even if our code fails. */
  public void piece(ByteBuffer buffer) {
    scan(buffer, buffer.position(), buffer.limit());
  }

  /**
   * Scans what a channel took from a buffer.
   *
   * @param buffer as the channel left it
   * @param from its position before
   */
  public void taken(ByteBuffer buffer, int from) {
    int position = buffer.position();
    if (position > from) {
      scan(buffer, from, position);
    }
  }

  /** A tee failed in code of ours: counts it and scans no more. */
  public void detach(Throwable ours) {
    detached = true;
    faults.caught(ours);
  }

  private void scan(ByteBuffer buffer, int from, int to) {
    if (detached) {
      return;
    }
    int position = buffer.position();
    int limit = buffer.limit();
    try {
      buffer.limit(to).position(from);
      scan.bytes(buffer);
    } catch (Throwable ours) {
      detach(ours);
    } finally {
      buffer.limit(limit).position(position);
    }
  }
}
