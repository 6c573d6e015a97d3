package io.tokenledger.agent.client;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.streamusage.UsageAsk;
import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * An {@link Exchange} as tees call it from within a client: whatever fails in code of ours ends
 * here and is counted for the client; nothing reaches it. The exchange is then shown nothing more
 * but its end, so that it is one record all the same.
 *
 * <p>It is also an output stream: both OkHttp's buffers and Apache's entities hand out their bytes
 * that way without copying them.
 */
public final class GuardedExchange extends OutputStream {
  private final Exchange origin;
  private final Meter meter;
  private final byte[] single = new byte[1];
  private volatile boolean detached;

  /**
   * @param meter the one that began it
   */
  public GuardedExchange(Exchange origin, Meter meter) {
    this.origin = origin;
    this.meter = meter;
  }

  /** A scan of the request body that the client starts to write, or null. */
  public GuardedScan requestBody() {
    if (detached) {
      return null;
    }
    try {
      BodyScan scan = origin.requestBody();
      return scan == null ? null : new GuardedScan(scan, meter);
    } catch (Throwable ours) {
      detach(ours);
      return null;
    }
  }

  /** Null unless this stream may be asked for usage. */
  public UsageAsk usageAsk() {
    try {
      return origin.usageAsk();
    } catch (Throwable ours) {
      detach(ours);
      return null;
    }
  }

  /**
   * What the response has to go through before the application, or null: what it says only because
   * the agent asked for usage is taken out.
   */
  public UsageFilter usageFilter(int status, HeaderSource headers) {
    try {
      UsageAsk ask = origin.usageAsk();
      return ask == null ? null : ask.filter(status, headers);
    } catch (Throwable ours) {
      detach(ours);
      return null;
    }
  }

  public void responseHead(int status, HeaderSource headers) {
    if (!detached) {
      try {
        origin.responseHead(status, headers);
      } catch (Throwable ours) {
        detach(ours);
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
        detach(ours);
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
        detach(ours);
        buffer.limit(limit).position(position);
      }
    }
  }

  public void responseEnd() {
    try {
      origin.responseEnd();
    } catch (Throwable ours) {
      detach(ours);
    }
  }

  public void failed(Throwable cause) {
    try {
      origin.failed(cause);
    } catch (Throwable ours) {
      detach(ours);
    }
  }

  public void cancelled() {
    try {
      origin.cancelled();
    } catch (Throwable ours) {
      detach(ours);
    }
  }

  /** See {@link Meter#watch}. */
  public void watch(Object wrapper) {
    try {
      meter.watch(origin, wrapper);
    } catch (Throwable ours) {
      meter.caught(ours);
    }
  }

  /** Code of ours failed: counts it, once, and shows the exchange nothing more but its end. */
  public void detach(Throwable ours) {
    if (detached) {
      return;
    }
    detached = true;
    try {
      origin.caught(ours);
    } catch (Throwable brokenToo) {
      meter.caught(ours);
    }
  }
}
