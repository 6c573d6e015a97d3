package io.tokenledger.agent.decode;

/**
 * How a body is cut into JSON values, judged from its content type, its first bytes and what the
 * surface says of its bodies. Content types are wrong often enough that the bytes have the last
 * word: nothing but JSON starts with a brace or bracket, and no JSON starts like a line of
 * server-sent events.
 */
enum Framing {
  SERVER_SENT_EVENTS("sse"),
  JSON_LINES("ndjson"),
  AWS_EVENT_STREAM("aws-eventstream"),
  /** Sound, images, video: their first byte may be any. */
  MEDIA("binary"),
  /** Of any content. */
  BINARY("binary"),
  TEXT("other"),
  JSON("json"),
  UNDECLARED("json");

  private static final String[] PREFIXES = {
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonl",
    "application/x-jsonlines",
    "application/vnd.amazon.eventstream",
    "audio/",
    "image/",
    "video/",
    "application/octet-stream",
    "text/",
    "application/json"
  };
  private static final Framing[] DECLARED = {
    SERVER_SENT_EVENTS,
    JSON_LINES,
    JSON_LINES,
    JSON_LINES,
    JSON_LINES,
    JSON_LINES,
    AWS_EVENT_STREAM,
    MEDIA,
    MEDIA,
    MEDIA,
    BINARY,
    TEXT,
    JSON
  };

  private final String text;

  Framing(String text) {
    this.text = text;
  }

  /**
   * What a response calls itself.
   *
   * @param contentType as the response has it, with parameters, or null
   */
  static Framing declaredBy(String contentType) {
    for (int i = 0; contentType != null && i < PREFIXES.length; i++) {
      if (is(contentType, PREFIXES[i])) {
        return DECLARED[i];
      }
    }
    return UNDECLARED;
  }

  /** What the {@code framing} of a record says when the body is empty. */
  String text() {
    return text;
  }

  /** True when the response calls itself a stream. */
  boolean declaredStream() {
    return this == SERVER_SENT_EVENTS || this == JSON_LINES || this == AWS_EVENT_STREAM;
  }

  /** The framer for a body that starts with this byte (white space and byte order mark aside). */
  Framer choose(byte first, FieldScanner scanner) {
    FieldTable table = scanner.table();
    boolean endsByEvent = table.hasTerminalEvent();
    if (this == MEDIA) {
      return new OpaqueFramer(text);
    }
    if (first == '{' || first == '[') {
      return json(first, scanner);
    }
    if (this == AWS_EVENT_STREAM || this == UNDECLARED && table.form == StreamForm.AWS_EVENTS) {
      return new AwsEventStreamFramer(scanner);
    }
    if (this == SERVER_SENT_EVENTS || startsEventLine(first)) {
      return new SseFramer(scanner, endsByEvent, this);
    }
    return this == BINARY || this == TEXT ? new OpaqueFramer(text) : new JsonFramer(scanner);
  }

  private Framer json(byte first, FieldScanner scanner) {
    FieldTable table = scanner.table();
    boolean endsByEvent = table.hasTerminalEvent();
    if (this == JSON_LINES) {
      return new NdjsonFramer(scanner, endsByEvent);
    }
    if (first == '[' && table.form == StreamForm.ARRAY) {
      return new ValuesFramer(scanner, true, endsByEvent);
    }
    if (this == UNDECLARED && table.form == StreamForm.VALUES) {
      return new ValuesFramer(scanner, false, endsByEvent);
    }
    return new JsonFramer(scanner);
  }

  /** Of {@code data}, {@code event}, {@code id}, {@code retry} and a comment. */
  private static boolean startsEventLine(byte c) {
    return c == 'd' || c == 'e' || c == 'i' || c == 'r' || c == ':';
  }

  private static boolean is(String contentType, String type) {
    return contentType.regionMatches(true, 0, type, 0, type.length())
        && (type.endsWith("/")
            || contentType.length() == type.length()
            || !Character.isLetterOrDigit(contentType.charAt(type.length())));
  }
}
