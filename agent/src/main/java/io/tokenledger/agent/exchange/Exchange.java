package io.tokenledger.agent.exchange;

import io.tokenledger.agent.streamusage.UsageAsk;
import java.nio.ByteBuffer;

/**
 * One exchange from request to end, as a client's tap tells it. Methods are called on application
 * threads: they never throw, block, log or allocate per piece of a body. The first ending call
 * wins; whatever comes after it is ignored.
 *
 * <p>Thread-safety: pieces of a response body come one after the other (each client guarantees
 * that), but an ending call may race with them from another thread.
 */
public interface Exchange extends Faults {
  /**
   * The client starts to write the request body (again): a fresh scan; an earlier write is
   * forgotten. Null when nothing in this request is of interest.
   */
  BodyScan requestBody();

  /** Whether and how this stream may be asked for usage; null: its request stays as it is. */
  default UsageAsk usageAsk() {
    return null;
  }

  /** The head of the final response is here. */
  void responseHead(int status, HeaderSource responseHeaders);

  /** The next piece of the response body as it passes to the application, not yet decoded by us. */
  void responseBytes(byte[] buffer, int offset, int length);

  /** As above; position and limit of the buffer stay as they are. */
  void responseBytes(ByteBuffer buffer);

  /** The end of the response body was reached, or the response has none. */
  void responseEnd();

  /** The client failed: connect failure, time-out, reset, before or inside the body. */
  void failed(Throwable cause);

  /** The application cancelled the call or closed the body before its end. */
  void cancelled();

  /**
   * Code of ours failed while it showed this exchange something. It is counted, the scan stops, and
   * the exchange still ends as one record, which says so.
   */
  @Override
  void caught(Throwable fault);

  /** True once an ending call or the surface's own terminal event ended the exchange. */
  boolean ended();
}
