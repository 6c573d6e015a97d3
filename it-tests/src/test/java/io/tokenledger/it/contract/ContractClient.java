package io.tokenledger.it.contract;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * An HTTP client as an application uses it, so that scenarios are written once for all. Runs in the
 * spawned application: nothing of ours, nothing of JUnit.
 */
interface ContractClient extends Closeable {
  /**
   * Connections that a pool may lease to one address: one for each scenario and more, so that none
   * waits for what another left. Asynchronous Apache keeps the connection of a cancelled call at
   * times (see {@link CancelledLeases}); its five for each address were all gone by the last
   * scenario now and then, without the agent as with it.
   */
  int CONNECTIONS = 64;

  /** What an application may want of a request beside the ordinary. */
  enum Way {
    /** Asks for compressed answers by itself, so that the client does not decode. */
    GZIP,
    /** The body is a stream of unknown length that can be read once. */
    ONE_SHOT,
    /** The body is sent when the server said that it wants it. */
    EXPECT_CONTINUE
  }

  /**
   * A request to send.
   *
   * @param url where to
   * @param body JSON to post
   * @param limit how long to wait for the head, or for the next bytes; null: the client's default
   */
  record Ask(String url, String body, Duration limit, Set<Way> ways) {
    Ask limit(Duration limit) {
      return new Ask(url, body, limit, ways);
    }

    Ask by(Way way) {
      return new Ask(url, body, limit, Set.of(way));
    }

    boolean is(Way way) {
      return ways.contains(way);
    }

    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
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

  /**
   * As {@link #exchange} on a thread of its own; cancelling stops the call as an application can.
   */
  Future<Answer> startBlocking(Ask ask);

  /** Sends and returns with the head. */
  Streamed open(Ask ask) throws Exception;

  /** As {@link #exchange}, by HTTP/2; null when the client cannot. */
  Answer exchangeHttp2(Ask ask) throws Exception;

  /** Sends, and lets the provider send a few bytes at a time; null when the client cannot. */
  default Answer exchangeInSmallWindow(Ask ask, boolean http2) throws Exception {
    return null;
  }

  /** As {@link #start} with a new client that runs its work on this executor; null: it cannot. */
  Future<Answer> startOn(ExecutorService executor, Ask ask);

  /** A second client of the same kind, configured alike. */
  ContractClient another();

  /** What the client shows of its connections, once it is idle. */
  String pool();
}
