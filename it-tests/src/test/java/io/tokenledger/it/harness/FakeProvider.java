package io.tokenledger.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import javax.net.ServerSocketFactory;

/**
 * A provider of language models on a loopback port: an HTTP/1.1 server on plain sockets, so that a
 * test decides where each flush, stall, cut and reset falls. One thread a connection. Thread-safe.
 */
public final class FakeProvider implements AutoCloseable {
  private final String scheme;
  private final ServerSocket server;
  private final Map<String, Function<Request, Reply>> routes = new ConcurrentHashMap<>();
  private volatile Function<Request, Reply> fallback = FakeProvider::notFound;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final java.util.Set<Socket> open = ConcurrentHashMap.newKeySet();

  private FakeProvider(String scheme, ServerSocket server) {
    this.scheme = scheme;
    this.server = server;
  }

  public static FakeProvider start() {
    return start("http", ServerSocketFactory.getDefault());
  }

  /** Over TLS. */
  public static FakeProvider start(SelfSigned identity) {
    return start("https", identity.context().getServerSocketFactory());
  }

  private static FakeProvider start(String scheme, ServerSocketFactory sockets) {
    try {
      FakeProvider provider =
          new FakeProvider(
              scheme, sockets.createServerSocket(0, 512, InetAddress.getByName("127.0.0.1")));
      daemon("fake-provider", provider::accept);
      return provider;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** {@code http://127.0.0.1:port} or {@code https://...}, without a slash at the end. */
  public String url() {
    return scheme + "://127.0.0.1:" + port();
  }

  /** Answers a path (without query) always the same. */
  public FakeProvider on(String path, Reply reply) {
    return on(path, request -> reply);
  }

  public FakeProvider on(String path, Function<Request, Reply> answer) {
    routes.put(path, answer);
    return this;
  }

  /** Answers whatever has no route. */
  public FakeProvider otherwise(Function<Request, Reply> answer) {
    fallback = answer;
    return this;
  }

  /** What came in so far, in order of arrival. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        daemon("fake-provider-connection", () -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      HttpConnection connection = new HttpConnection(socket);
      for (Request request = connection.read(); request != null; request = connection.read()) {
        requests.add(request);
        Reply reply = routes.getOrDefault(request.path(), fallback).apply(request);
        if (!connection.write(request, reply)) {
          return;
        }
      }
    } catch (IOException gone) {
      // the client went away: what a test of cancelling does
    } finally {
      open.remove(socket);
    }
  }

  private static Reply notFound(Request request) {
    return Reply.json(404, "{\"error\":{\"message\":\"no route " + request.path() + "\"}}");
  }

  private static void daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }
}
