package io.tokenledger.agent.decode;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A request body as the client writes it: a JSON value, or a multipart form, which is told by its
 * first bytes, since content types are set after the body's wrapper in some clients. Holds no bytes
 * of the body but the kept fields. Not thread-safe.
 */
public final class RequestBody {
  private final FieldScanner scanner;
  private MultipartForm form;

  public RequestBody(FieldTable table) {
    scanner = new FieldScanner(table);
  }

  /** The next piece of the body. */
  public void feed(byte[] buffer, int offset, int length) {
    int from = offset;
    int to = offset + length;
    if (form == null && scanner.untouched()) {
      while (from < to && buffer[from] <= ' ' && buffer[from] >= 0) {
        from++;
      }
      form = from < to && buffer[from] == '-' ? new MultipartForm(scanner) : null;
    }
    if (form == null) {
      scanner.scan(buffer, from, to);
    } else {
      form.feed(buffer, from, to);
    }
  }

  /** As above; position and limit of the buffer stay as they are. */
  public void feed(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      feed(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
      return;
    }
    byte[] chunk = Chunks.take();
    for (int at = buffer.position(); at < buffer.limit(); at += chunk.length) {
      int length = Math.min(chunk.length, buffer.limit() - at);
      buffer.get(at, chunk, 0, length);
      feed(chunk, 0, length);
    }
    Chunks.give(chunk);
  }

  /** True when the body was seen to its end. */
  public boolean complete() {
    return scanner.closed();
  }

  /**
   * The raw JSON that was kept for a field, or null; a form's field is a string, number or literal.
   */
  public String value(String name) {
    return scanner.value(name);
  }

  /** True when the last value of a field passed its bound. */
  public boolean tooLarge(String name) {
    return scanner.tooLarge(name);
  }

  /** The counts of a tallied field by distinct string; empty when there were none. */
  public Map<String, Long> tally(String name) {
    return scanner.tally(name);
  }
}
