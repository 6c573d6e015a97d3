package io.tokenledger.forwarder.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tokenledger.forwarder.watch.Health;
import io.tokenledger.forwarder.watch.Watch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers health checks and metric scrapes; changes nothing. Thread-safe. */
public final class WebServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String BEARER = "Bearer ";
  private static final int THREADS = 2;

  private final HttpServer server;
  private final InetAddress address;
  private final ExecutorService threads;
  private final String token;
  private final Watch watch;

  private WebServer(
      HttpServer server, InetAddress address, ExecutorService threads, String token, Watch watch) {
    this.server = server;
    this.address = address;
    this.threads = threads;
    this.token = token;
    this.watch = watch;
  }

  /**
   * Starts to listen.
   *
   * @param port 0: any free one
   * @param token what requests must carry as {@code Authorization: Bearer}; null: nothing
   * @throws IOException when address or port cannot be had
   */
  public static WebServer start(String address, int port, String token, Watch watch)
      throws IOException {
    InetAddress asked = InetAddress.getByName(address);
    HttpServer server = HttpServer.create(new InetSocketAddress(asked, port), 0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "tokenledger-http");
              thread.setDaemon(true);
              return thread;
            });
    WebServer web = new WebServer(server, asked, threads, token, watch);
    server.setExecutor(threads);
    server.createContext("/", web::handle);
    server.start();
    return web;
  }

  /** Where it listens, for example {@code http://127.0.0.1:8765}. */
  public String url() {
    // As asked for: the JVM calls every IPv4 address that of every IPv6 address.
    String host = address.getHostAddress();
    int port = server.getAddress().getPort();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/health/live")) {
      return new Answer(200, TEXT, "live\n");
    }
    if (!isAllowed(exchange)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      return new Answer(
          401, TEXT, "This address needs the header 'Authorization: Bearer <http.token>'.\n");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return new Answer(405, TEXT, "Everything here is read-only: use GET, not " + method + ".\n");
    }
    return switch (path) {
      case "/health/ready" -> ready(wantsJson(exchange));
      case "/metrics" -> new Answer(200, PROMETHEUS, watch.scrape());
      default ->
          new Answer(
              404,
              TEXT,
              "There is nothing here; there are /health/live, /health/ready and /metrics.\n");
    };
  }

  private Answer ready(boolean json) {
    Health health = watch.health();
    int status = health.status() == Health.Status.DOWN ? 503 : 200;
    return json ? new Answer(status, JSON, health.json()) : new Answer(status, TEXT, health.text());
  }

  private static boolean wantsJson(HttpExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    return "format=json".equals(exchange.getRequestURI().getQuery())
        || (accept != null && accept.contains("application/json"));
  }

  private boolean isAllowed(HttpExchange exchange) {
    if (token == null) {
      return true;
    }
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    return sent != null
        && sent.startsWith(BEARER)
        && MessageDigest.isEqual(
            sent.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8),
            token.getBytes(StandardCharsets.UTF_8));
  }

  private record Answer(int status, String type, String body) {}
}
