package io.tokenledger.it.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;

/**
 * What the fake provider answers: a head and a body in pieces, with delays, cuts and resets where a
 * test wants them. Immutable.
 *
 * @param status HTTP status
 * @param headers response headers as written
 * @param body the body's bytes on the wire
 * @param pieceBytes how many bytes are flushed at a time; 0: all at once
 * @param chunked chunked transfer coding, else a content length
 * @param headDelay before the head
 * @param stallAfter after how many body bytes to {@code stall}; -1: never
 * @param stall returns when the rest may be sent
 * @param endAfter after how many body bytes the connection ends; -1: the body is sent whole
 * @param reset that end is a TCP reset, else an orderly close
 */
public record Reply(
    int status,
    Map<String, String> headers,
    byte[] body,
    int pieceBytes,
    boolean chunked,
    Duration headDelay,
    int stallAfter,
    Runnable stall,
    int endAfter,
    boolean reset) {

  /** The status of {@link #hangUp}. */
  static final int NO_ANSWER = 0;

  public Reply {
    headers = new LinkedHashMap<>(headers);
  }

  public static Reply json(int status, String body) {
    return bytes(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** A stream of server-sent events, chunked, one flush an event. */
  public static Reply sse(String body) {
    return bytes(200, "text/event-stream", body.getBytes(StandardCharsets.UTF_8)).inChunks(0);
  }

  public static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(
        status,
        contentType == null ? Map.of() : Map.of("content-type", contentType),
        body,
        0,
        false,
        Duration.ZERO,
        -1,
        () -> {},
        -1,
        false);
  }

  /** No answer: the connection is closed where a head is due. */
  public static Reply hangUp() {
    return bytes(NO_ANSWER, null, new byte[0]);
  }

  public Reply header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(
        status, more, body, pieceBytes, chunked, headDelay, stallAfter, stall, endAfter, reset);
  }

  /**
   * Chunked, with so many bytes a chunk and a flush after each; 0: one chunk an event (up to an
   * empty line).
   */
  public Reply inChunks(int bytes) {
    return new Reply(
        status, headers, body, bytes, true, headDelay, stallAfter, stall, endAfter, reset);
  }

  /** With a content length, so many bytes a flush. */
  public Reply inPieces(int bytes) {
    return new Reply(
        status, headers, body, bytes, false, headDelay, stallAfter, stall, endAfter, reset);
  }

  public Reply gzip() {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed, true)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Reply reply = header("content-encoding", "gzip");
    return new Reply(
        status,
        reply.headers,
        compressed.toByteArray(),
        pieceBytes,
        chunked,
        headDelay,
        stallAfter,
        stall,
        endAfter,
        reset);
  }

  /** Waits before the head. */
  public Reply afterDelay(Duration delay) {
    return new Reply(
        status, headers, body, pieceBytes, chunked, delay, stallAfter, stall, endAfter, reset);
  }

  /** Waits in the body. */
  public Reply stallingAfter(int bytes, Duration delay) {
    return stallingAfter(bytes, () -> LockSupport.parkNanos(delay.toNanos()));
  }

  /** Waits in the body until this returns. */
  public Reply stallingAfter(int bytes, Runnable until) {
    return new Reply(
        status, headers, body, pieceBytes, chunked, headDelay, bytes, until, endAfter, reset);
  }

  /** Closes the connection in the body. */
  public Reply cutAfter(int bytes) {
    return new Reply(
        status, headers, body, pieceBytes, chunked, headDelay, stallAfter, stall, bytes, false);
  }

  /** Resets the connection in the body. */
  public Reply resetAfter(int bytes) {
    return new Reply(
        status, headers, body, pieceBytes, chunked, headDelay, stallAfter, stall, bytes, true);
  }

  /** Where each flush ends, as offsets in the body. */
  List<Integer> flushes() {
    List<Integer> ends = new ArrayList<>();
    if (pieceBytes > 0) {
      for (int end = pieceBytes; end < body.length; end += pieceBytes) {
        ends.add(end);
      }
    } else if (chunked) {
      for (int i = 1; i < body.length - 1; i++) {
        if (body[i] == '\n' && body[i - 1] == '\n') {
          ends.add(i + 1);
        }
      }
    }
    ends.add(body.length);
    return ends;
  }
}
