package io.tokenledger.agent.client.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** An HTTP/1.1 server on loopback whose paths misbehave each in its own way. */
public final class ScriptedServer implements Closeable {
  public static final String JSON =
      "{\"id\":\"r1\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
  public static final String[] EVENTS = {
    "data: {\"n\":1}\n\n", "data: {\"n\":2}\n\n", "data: {\"usage\":{}}\n\n", "data: [DONE]\n\n"
  };

  /** What the server saw: request line and body. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile CountDownLatch held = new CountDownLatch(1);

  public ScriptedServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public String url(String path) {
    return "http://127.0.0.1:" + listener.getLocalPort() + path;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Passes when a request arrived that is not answered further. */
  public void awaitHeld() throws InterruptedException {
    held.await();
    held = new CountDownLatch(1);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket socket = listener.accept();
      socket.setTcpNoDelay(true);
      sockets.add(socket);
      daemon(
          () -> {
            try (socket) {
              InputStream in = new BufferedInputStream(socket.getInputStream());
              OutputStream out = socket.getOutputStream();
              while (serve(in, out)) {
                out.flush();
              }
            }
          });
    }
  }

  private boolean serve(InputStream in, OutputStream out) throws IOException {
    String requestLine = line(in);
    if (requestLine == null) {
      return false;
    }
    List<String> headers = new ArrayList<>();
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      headers.add(header);
    }
    String body = body(in, headers);
    requests.add(requestLine + "|" + body + "|" + String.join("|", headers));
    String path = requestLine.split(" ")[1].replaceAll("\\?.*", "");
    switch (path) {
      case "/v1/json", "/other" -> whole(out, "200 OK", "", JSON.getBytes(StandardCharsets.UTF_8));
      case "/v1/error" -> whole(out, "500 Oops", "", "down".getBytes(StandardCharsets.UTF_8));
      case "/v1/large" -> whole(out, "200 OK", "", large());
      case "/v1/gzip" -> whole(out, "200 OK", "Content-Encoding: gzip\r\n", gzip(JSON));
      case "/v1/empty" -> text(out, "HTTP/1.1 204 No Content\r\n\r\n");
      case "/v1/head" -> text(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
      case "/v1/redirect" ->
          whole(
              out, "307 Moved", "Location: /v1/json\r\n", "moved".getBytes(StandardCharsets.UTF_8));
      case "/v1/busy" -> {
        if (busy.getAndIncrement() == 0) {
          whole(out, "503 Busy", "Retry-After: 0\r\n", "busy".getBytes(StandardCharsets.UTF_8));
        } else {
          whole(out, "200 OK", "", JSON.getBytes(StandardCharsets.UTF_8));
        }
      }
      case "/v1/sse" -> {
        chunkedHead(out);
        for (String event : EVENTS) {
          chunk(out, event);
        }
        text(out, "0\r\n\r\n");
      }
      case "/v1/cut" -> {
        chunkedHead(out);
        chunk(out, EVENTS[0]);
        return false;
      }
      case "/v1/reset" -> {
        return false;
      }
      case "/v1/slow-body" -> {
        chunkedHead(out);
        chunk(out, EVENTS[0]);
        return hold(in);
      }
      case "/v1/slow-head" -> {
        return hold(in);
      }
      default -> whole(out, "404 Not Found", "", new byte[0]);
    }
    return true;
  }

  /** Until the client goes. */
  private boolean hold(InputStream in) throws IOException {
    held.countDown();
    while (in.read() >= 0) {
      continue;
    }
    return false;
  }

  public static byte[] large() {
    byte[] bytes = new byte[300_001];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + i % 23);
    }
    return bytes;
  }

  private static void whole(OutputStream out, String status, String headers, byte[] body)
      throws IOException {
    text(
        out,
        "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n");
    out.write(body);
    out.flush();
  }

  private static void chunkedHead(OutputStream out) throws IOException {
    text(
        out,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  private static void chunk(OutputStream out, String text) throws IOException {
    text(out, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  private static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String body(InputStream in, List<String> headers) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String header : headers) {
      String lower = header.toLowerCase();
      if (lower.startsWith("content-length:")) {
        body.write(in.readNBytes(Integer.parseInt(lower.substring(15).trim())));
      } else if (lower.startsWith("transfer-encoding: chunked")) {
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
          body.write(in.readNBytes(size));
          line(in);
        }
        line(in);
      }
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(line(in).replaceAll(";.*", "").trim(), 16);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException gone) {
                // the client or the test is through with it
              }
            },
            "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }
}
