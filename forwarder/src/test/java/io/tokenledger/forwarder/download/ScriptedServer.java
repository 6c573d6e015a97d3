package io.tokenledger.forwarder.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback whose answers a test lists by path and query, in order. Thread-safe. */
public final class ScriptedServer implements AutoCloseable {
  /** An answer; a body of null never ends. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public static Answer ok(String body) {
      return new Answer(200, Map.of(), body);
    }
  }

  /** What came in. */
  public record Asked(String pathAndQuery, Map<String, List<String>> headers) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, List<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  public ScriptedServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What is answered to requests for a path and query, one after another; the last for ever. */
  public ScriptedServer on(String pathAndQuery, Answer... inOrder) {
    answers.put(pathAndQuery, new CopyOnWriteArrayList<>(inOrder));
    return this;
  }

  public List<Asked> asked() {
    return asked;
  }

  /** Without a slash at the end. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String wanted = exchange.getRequestURI().toString();
      asked.add(new Asked(wanted, Map.copyOf(exchange.getRequestHeaders())));
      List<Answer> scripted = answers.getOrDefault(wanted, List.of());
      Answer answer =
          scripted.isEmpty()
              ? new Answer(404, Map.of(), "")
              : scripted.size() == 1 ? scripted.get(0) : scripted.remove(0);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      if (answer.body() == null) {
        stall(exchange, answer.status());
      } else {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private void stall(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, 0);
    OutputStream body = exchange.getResponseBody();
    body.write('[');
    body.flush();
    try {
      closed.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
