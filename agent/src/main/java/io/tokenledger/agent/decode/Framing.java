package io.tokenledger.agent.decode;

/**
 * How a body is cut into JSON values, judged from its content type and its first bytes. Content
 * types are wrong often enough that the bytes have the last word: nothing but JSON starts with a
 * brace or bracket, and no JSON starts like a line of server-sent events.
 */
final class Framing {
  private static final String SSE = "text/event-stream";
  private static final String[] NDJSON = {
    "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"
  };

  private final boolean sse;
  private final boolean ndjson;

  /**
   * @param contentType as the response has it, with parameters, or null
   */
  Framing(String contentType) {
    sse = is(contentType, SSE);
    boolean lines = false;
    for (String type : NDJSON) {
      lines |= is(contentType, type);
    }
    ndjson = lines;
  }

  /** True when the response calls itself a stream. */
  boolean declaredStream() {
    return sse || ndjson;
  }

  /** The framer for a body that starts with this byte (white space and byte order mark aside). */
  Framer choose(byte first, FieldScanner scanner, boolean endsByEvent) {
    boolean json = first == '{' || first == '[';
    if (ndjson && json) {
      return new NdjsonFramer(scanner, endsByEvent);
    }
    if (!json && (sse || startsEventLine(first))) {
      return new SseFramer(scanner, endsByEvent, sse);
    }
    return new JsonFramer(scanner);
  }

  /** Of {@code data}, {@code event}, {@code id}, {@code retry} and a comment. */
  private static boolean startsEventLine(byte c) {
    return c == 'd' || c == 'e' || c == 'i' || c == 'r' || c == ':';
  }

  private static boolean is(String contentType, String type) {
    return contentType != null
        && contentType.regionMatches(true, 0, type, 0, type.length())
        && (contentType.length() == type.length()
            || !Character.isLetterOrDigit(contentType.charAt(type.length())));
  }
}
