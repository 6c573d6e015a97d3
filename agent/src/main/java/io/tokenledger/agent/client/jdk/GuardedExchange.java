package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import java.nio.ByteBuffer;

/**
 * Keeps whatever goes wrong in ours away from the JDK and the application. After the first {@code
 * Throwable} it does nothing any more, so that a broken exchange is broken once.
 */
final class GuardedExchange {
  private final Exchange exchange;
  private volatile boolean detached;

  GuardedExchange(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Null when nothing in this request is of interest. */
  BodyScan requestBody() {
    if (!detached) {
      try {
        return exchange.requestBody();
      } catch (Throwable ours) {
        detached = true;
      }
    }
    return null;
  }

  void requestBytes(BodyScan scan, ByteBuffer piece) {
    if (!detached) {
      try {
        scan.bytes(piece);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  void responseHead(int status, HeaderSource headers) {
    if (!detached) {
      try {
        exchange.responseHead(status, headers);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  void responseBytes(ByteBuffer piece) {
    if (!detached) {
      try {
        exchange.responseBytes(piece);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  void responseEnd() {
    if (!detached) {
      try {
        exchange.responseEnd();
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  void failed(Throwable cause) {
    if (!detached) {
      try {
        exchange.failed(cause);
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }

  void cancelled() {
    if (!detached) {
      try {
        exchange.cancelled();
      } catch (Throwable ours) {
        detached = true;
      }
    }
  }
}
