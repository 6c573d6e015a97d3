package io.tokenledger.agent.decode;

/**
 * Server-sent events: lines that end in LF, CR or CRLF, events that end at an empty line. Only
 * {@code data} lines matter; the lines of one event are one JSON value with line breaks in it. An
 * event counts as soon as its value closes, so a last event needs no empty line; and a new data
 * line after a closed value starts a new one, for servers that leave the empty lines out.
 *
 * <pre>
 *   LINE_START -> FIELD -> AFTER_COLON -> DATA --+
 *       ^  ^        |                            |
 *       |  |        +-> OTHER_LINE --+           |
 *       +--+---- end of line --------+-----------+
 * </pre>
 */
final class SseFramer implements Framer {
  private static final int LINE_START = 0;
  private static final int FIELD = 1;
  private static final int AFTER_COLON = 2;
  private static final int DATA = 3;
  private static final int OTHER_LINE = 4;

  private static final byte[] NAME = {'d', 'a', 't', 'a', ':'};
  private static final byte[] LINE_BREAK = {'\n'};

  private final FieldScanner scanner;
  private final boolean endsByEvent;
  private final Framing declared;
  private boolean streamed;
  private int state = LINE_START;
  private int matched;
  private boolean afterCr;

  /**
   * @param endsByEvent whether the surface has a terminal event
   * @param declared what the response calls itself
   */
  SseFramer(FieldScanner scanner, boolean endsByEvent, Framing declared) {
    this.scanner = scanner;
    this.endsByEvent = endsByEvent;
    this.declared = declared;
    streamed = declared == Framing.SERVER_SENT_EVENTS;
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && !scanner.terminal()) {
      switch (state) {
        case LINE_START -> i = lineStart(buffer, i);
        case FIELD -> i = field(buffer, i);
        case AFTER_COLON -> {
          i += buffer[i] == ' ' ? 1 : 0;
          startData();
        }
        case DATA -> {
          int end = Words.lineEnd(buffer, i, to);
          scanner.scan(buffer, i, end);
          i = end < to ? lineEnd(buffer, end) : end;
        }
        default -> {
          int end = Words.lineEnd(buffer, i, to);
          i = end < to ? lineEnd(buffer, end) : end;
        }
      }
    }
  }

  @Override
  public boolean finished() {
    return scanner.terminal();
  }

  /** A text that only began like an event has no terminal event to wait for. */
  @Override
  public boolean mayEndHere() {
    return !endsByEvent || !streamed;
  }

  @Override
  public boolean streamed() {
    return streamed;
  }

  @Override
  public String name() {
    return streamed ? Framing.SERVER_SENT_EVENTS.text() : declared.text();
  }

  private int lineStart(byte[] buffer, int i) {
    byte c = buffer[i];
    if (c == '\n' && afterCr) {
      afterCr = false;
      return i + 1;
    }
    afterCr = false;
    if (c == '\n' || c == '\r') {
      scanner.next();
      return lineEnd(buffer, i);
    }
    matched = 0;
    state = FIELD;
    return i;
  }

  private int field(byte[] buffer, int i) {
    if (buffer[i] != NAME[matched]) {
      state = OTHER_LINE;
      return i;
    }
    if (++matched == NAME.length) {
      state = AFTER_COLON;
      streamed = true;
    }
    return i + 1;
  }

  private void startData() {
    state = DATA;
    if (scanner.closed() || scanner.broken()) {
      scanner.next();
    } else if (!scanner.untouched()) {
      scanner.scan(LINE_BREAK, 0, 1);
    }
  }

  private int lineEnd(byte[] buffer, int i) {
    afterCr = buffer[i] == '\r';
    state = LINE_START;
    return i + 1;
  }
}
