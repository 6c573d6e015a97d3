package io.tokenledger.it.contract;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * An HTTP client as an application uses it, so that scenarios are written once for all. Runs in the
 * spawned application: nothing of ours, nothing of JUnit.
 */
interface ContractClient extends Closeable {
  /**
   * A request to send.
   *
   * @param url where to
   * @param body JSON to post
   * @param limit how long to wait for the head, or for the next bytes; null: the client's default
   * @param gzip asks for compressed answers by itself, so that the client does not decode
   */
  record Ask(String url, String body, Duration limit, boolean gzip) {
    Ask limit(Duration limit) {
      return new Ask(url, body, limit, gzip);
    }

    Ask asksForGzip() {
      return new Ask(url, body, limit, true);
    }
  }

  /**
   * A whole answer.
   *
   * @param version of HTTP, as the client tells it
   */
  record Answer(int status, String version, byte[] body) {}

  /** An answer whose body is read by and by; closing it early is what applications do. */
  interface Streamed extends Closeable {
    int status();

    InputStream body();

    /** Stops the call while its body is on the way, by the client's own means. */
    void cancel() throws IOException;
  }

  /** Sends and reads the whole body on this thread. */
  Answer exchange(Ask ask) throws Exception;

  /** Sends without waiting; cancelling the future stops the call. */
  Future<Answer> start(Ask ask);

  /** Sends and returns with the head. */
  Streamed open(Ask ask) throws Exception;

  /** As {@link #exchange}, by HTTP/2; null when the client cannot. */
  Answer exchangeHttp2(Ask ask) throws Exception;

  /** What the client shows of its connections, once it is idle. */
  String pool();
}
