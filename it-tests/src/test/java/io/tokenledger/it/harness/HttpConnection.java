package io.tokenledger.it.harness;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** One HTTP/1.1 connection of the fake provider. */
final class HttpConnection {
  private final Socket socket;
  private final BufferedInputStream in;

  /** Buffered up to a flush, so that a piece with its chunk header is one packet. */
  private final OutputStream out;

  HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream());
  }

  /** The next request, or null when the client closed. */
  Request read() throws IOException {
    String first = line();
    if (first == null || first.isEmpty()) {
      return null;
    }
    String[] parts = first.split(" ");
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    return new Request(parts[0], parts[1], headers, body(headers));
  }

  /** Writes the reply; false when the connection is over. */
  boolean write(Request request, Reply reply) throws IOException {
    pause(reply.headDelay());
    if (reply.status() == Reply.NO_ANSWER) {
      return hangUp(reply);
    }
    boolean bodiless =
        request.method().equals("HEAD") || reply.status() == 204 || reply.status() == 304;
    StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " Fake\r\n");
    reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (!bodiless) {
      head.append(
          reply.chunked()
              ? "transfer-encoding: chunked\r\n"
              : "content-length: " + reply.body().length + "\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return bodiless || writeBody(reply);
  }

  private boolean writeBody(Reply reply) throws IOException {
    int sent = 0;
    for (int end : reply.flushes()) {
      while (sent < end) {
        int to = end;
        if (sent < reply.stallAfter()) {
          to = Math.min(to, reply.stallAfter());
        }
        if (reply.endAfter() >= 0) {
          to = Math.min(to, reply.endAfter());
        }
        if (to > sent) {
          writePiece(reply, sent, to);
          sent = to;
        }
        if (sent == reply.endAfter()) {
          end();
          return hangUp(reply);
        }
        if (sent == reply.stallAfter()) {
          reply.stall().run();
        }
      }
    }
    if (reply.endAfter() == 0) {
      return hangUp(reply);
    }
    if (reply.chunked()) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    return true;
  }

  private void end() throws IOException {
    out.flush();
  }

  private boolean hangUp(Reply reply) throws IOException {
    if (reply.reset()) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
    return false;
  }

  private void writePiece(Reply reply, int from, int to) throws IOException {
    if (reply.chunked()) {
      out.write((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    out.write(reply.body(), from, to - from);
    if (reply.chunked()) {
      out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    out.flush();
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(line().trim(), 16);
        body.write(exactly(size));
        line();
        if (size == 0) {
          return body.toByteArray();
        }
      }
    }
    String length = headers.get("content-length");
    return length == null ? new byte[0] : exactly(Integer.parseInt(length));
  }

  private byte[] exactly(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the client closed inside its request");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      }
      line.write(b);
    }
    return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
  }

  private static void pause(Duration duration) {
    if (!duration.isZero()) {
      LockSupport.parkNanos(duration.toNanos());
    }
  }
}
