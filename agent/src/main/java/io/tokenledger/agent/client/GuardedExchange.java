package io.tokenledger.agent.client;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * An {@link Exchange} as tees call it from within a client: whatever fails in code of ours ends
 * here, and the exchange is left alone from then on. Nothing reaches the client.
 *
 * <p>It is also an output stream: both OkHttp's buffers and Apache's entities hand out their bytes
 * that way without copying them.
 */
public final class GuardedExchange extends OutputStream {
  private final Exchange origin;
  private final byte[] single = new byte[1];
  private volatile boolean detached;

  public GuardedExchange(Exchange origin) {
    this.origin = origin;
  }

  /** A scan of the request body that the client starts to write, or null. */
  public GuardedScan requestBody() {
    if (detached) {
      return null;
    }
    try {
      BodyScan scan = origin.requestBody();
      return scan == null ? null : new GuardedScan(scan);
    } catch (Throwable ours) {
      detached = true;
      return null;
    }
  }

  public void responseHead(int status, HeaderSource headers) {
    if (!detached) {
      try {
        origin.responseHead(status, headers);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  /** The next piece of the response body. */
  @Override
  public void write(byte[] buffer, int offset, int length) {
    if (!detached) {
      try {
        origin.responseBytes(buffer, offset, length);
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

  /** The next piece of the response body. The buffer stays as it is, even if our code fails. */
  public void responseBytes(ByteBuffer buffer) {
    if (!detached) {
      int position = buffer.position();
      int limit = buffer.limit();
      try {
        origin.responseBytes(buffer);
      } catch (Throwable ours) {
        detached = true;
        buffer.limit(limit).position(position);
      }
    }
  }

  public void responseEnd() {
    if (!detached) {
      try {
        origin.responseEnd();
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  public void failed(Throwable cause) {
    if (!detached) {
      try {
        origin.failed(cause);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  public void cancelled() {
    if (!detached) {
      try {
        origin.cancelled();
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  /** See {@link Meter#watch}. */
  public void watch(Meter meter, Object wrapper) {
    if (!detached) {
      try {
        meter.watch(origin, wrapper);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }
}
