package io.tokenledger.agent.client.jdk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A raw HTTP/1.1 server whose answers a test writes byte by byte. */
final class ScriptedServer implements AutoCloseable {
  /** Writes the answer to one request; the connection is kept unless it is closed. */
  interface Answer {
    void to(Asked asked) throws IOException, InterruptedException;
  }

  /** One request, and where its answer goes. */
  record Asked(String head, String body, Socket socket) {
    void write(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void json(int status, String body) throws IOException {
      write(
          "HTTP/1.1 "
              + status
              + " X\r\ncontent-type: application/json\r\ncontent-length: "
              + body.getBytes(StandardCharsets.UTF_8).length
              + "\r\n\r\n"
              + body);
    }

    void chunk(String text) throws IOException {
      write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

  final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** Answers that wait for something wait for this; it opens when the server closes. */
  final CountDownLatch closing = new CountDownLatch(1);

  private final ServerSocket server;
  private final Answer answer;

  ScriptedServer(Answer answer) {
    this.answer = answer;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        daemon(() -> serve(socket));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      for (Asked next = read(in, socket); next != null; next = read(in, socket)) {
        asked.add(next);
        answer.to(next);
        if (socket.isClosed()) {
          return;
        }
      }
    } catch (IOException | InterruptedException gone) {
      // the client went away, or the answer hung up
    }
  }

  private static Asked read(InputStream in, Socket socket) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int length = 0;
    for (String line : text.split("\r\n")) {
      if (line.toLowerCase().startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).trim());
      }
    }
    String body =
        text.toLowerCase().contains("transfer-encoding: chunked")
            ? chunks(in)
            : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Asked(text, body, socket);
  }

  private static String chunks(InputStream in) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
      line(in);
      if (size == 0) {
        return body.toString();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString().trim();
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }
}
