package io.tokenledger.agent.decode;

import java.nio.ByteBuffer;

/**
 * A response body as it passes: content decoding, framing and field scanning in one, at the pace of
 * the reader. Holds no bytes of the body but the kept fields. Not thread-safe.
 */
public final class ResponseBody implements ContentDecoder.Sink {
  private final FieldScanner scanner;
  private final ContentDecoder decoder;
  private final Framing framing;
  private final LineSink lines;
  private Framer framer;

  /**
   * @param contentType of the response, or null
   * @param contentEncoding of the bytes that will be fed, or null
   */
  public ResponseBody(FieldTable table, String contentType, String contentEncoding) {
    this(table, contentType, contentEncoding, null);
  }

  /**
   * As above.
   *
   * @param lines gets each line where lines are results of their own; null: there are none
   */
  public ResponseBody(
      FieldTable table, String contentType, String contentEncoding, LineSink lines) {
    this.lines = lines;
    scanner = new FieldScanner(table);
    decoder = ContentDecoder.of(contentEncoding);
    framing = Framing.declaredBy(contentType);
  }

  /** The next piece of the body. */
  public void feed(byte[] buffer, int offset, int length) {
    if (decoder == null) {
      bytes(buffer, offset, offset + length);
    } else {
      decoder.decode(buffer, offset, offset + length, this);
    }
  }

  /** As above; position and limit of the buffer stay as they are. */
  public void feed(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      feed(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
      return;
    }
    // Read-only and direct buffers are copied: a second scanner for them would double every bug.
    byte[] chunk = Chunks.take();
    for (int at = buffer.position(); at < buffer.limit() && !full(); at += chunk.length) {
      int length = Math.min(chunk.length, buffer.limit() - at);
      buffer.get(at, chunk, 0, length);
      feed(chunk, 0, length);
    }
    Chunks.give(chunk);
  }

  /** Decoded bytes. */
  @Override
  public void bytes(byte[] buffer, int from, int to) {
    int i = from;
    if (framer == null) {
      while (i < to && isBeforeStart(buffer[i])) {
        i++;
      }
      if (i == to) {
        return;
      }
      framer =
          lines != null && buffer[i] == '{'
              ? new RecordsFramer(scanner.table(), lines)
              : framing.choose(buffer[i], scanner);
    }
    framer.feed(buffer, i, to);
  }

  @Override
  public boolean full() {
    return finished();
  }

  /** True once the terminal event or the end of the JSON value was seen. */
  public boolean finished() {
    return framer != null && framer.finished();
  }

  /** True when the end of the body right here is its proper end. */
  public boolean mayEndHere() {
    return framer == null ? !framing.declaredStream() || undecodable() : framer.mayEndHere();
  }

  public boolean streamed() {
    return framer == null ? framing.declaredStream() : framer.streamed();
  }

  /** How the body was cut: {@code sse}, {@code ndjson}, {@code json} and so on. */
  public String framing() {
    return framer == null ? framing.text() : framer.name();
  }

  /** True when lines of this body are results of their own. */
  public boolean hasLineSink() {
    return lines != null;
  }

  /** True when the body was read line by line, or did not begin. */
  public boolean givesLines() {
    return lines != null && (framer == null || framer instanceof RecordsFramer);
  }

  /** True when the content encoding is unknown, or its data or the framing's is broken. */
  public boolean undecodable() {
    return !finished()
        && (decoder != null && decoder.undecodable() || framer != null && framer.undecodable());
  }

  /** True when what came contradicts its own checksums or lengths: it is not what was sent. */
  public boolean damaged() {
    return !finished() && framer != null && framer.undecodable();
  }

  /** True when nothing is found before {@link #settle}. */
  public boolean deferred() {
    return decoder != null && decoder.deferred();
  }

  /**
   * Reads a body whose encoding could not be undone while it passed. On the ledger thread, once,
   * after {@link #close}.
   *
   * @param whole whether the body came to its end
   */
  public void settle(boolean whole) {
    decoder.finish(this, whole);
  }

  /** What was found. */
  public FieldScanner scanner() {
    return scanner;
  }

  /** Frees native memory; the found fields stay. */
  public void close() {
    if (decoder != null) {
      decoder.close();
    }
  }

  /** White space, and the bytes of a byte order mark; no zero, which begins an AWS event stream. */
  private static boolean isBeforeStart(byte c) {
    return c <= ' ' && c > 0 || c == (byte) 0xef || c == (byte) 0xbb || c == (byte) 0xbf;
  }
}
