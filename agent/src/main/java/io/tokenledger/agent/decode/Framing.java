package io.tokenledger.agent.decode;

/**
 * How a body is cut into JSON values, judged from its content type and its first bytes. Content
 * types are wrong often enough that the bytes have the last word: nothing but JSON starts with a
 * brace or bracket, and no JSON starts like a line of server-sent events.
 */
enum Framing {
  SERVER_SENT_EVENTS,
  JSON_LINES,
  UNDECLARED;

  private static final String SSE = "text/event-stream";
  private static final String[] NDJSON = {
    "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"
  };

  /**
   * What a response calls itself.
   *
   * @param contentType as the response has it, with parameters, or null
   */
  static Framing declaredBy(String contentType) {
    if (is(contentType, SSE)) {
      return SERVER_SENT_EVENTS;
    }
    for (String type : NDJSON) {
      if (is(contentType, type)) {
        return JSON_LINES;
      }
    }
    return UNDECLARED;
  }

  /** True when the response calls itself a stream. */
  boolean declaredStream() {
    return this != UNDECLARED;
  }

  /** The framer for a body that starts with this byte (white space and byte order mark aside). */
  Framer choose(byte first, FieldScanner scanner, boolean endsByEvent) {
    if (first == '{' || first == '[') {
      return this == JSON_LINES ? new NdjsonFramer(scanner, endsByEvent) : new JsonFramer(scanner);
    }
    boolean declared = this == SERVER_SENT_EVENTS;
    return declared || startsEventLine(first)
        ? new SseFramer(scanner, endsByEvent, declared)
        : new JsonFramer(scanner);
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
