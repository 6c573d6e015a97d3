package io.tokenledger.agent.decode;

/**
 * JSON values one after the other: the elements of an array at the top, or values with white space
 * between them, where only the second one tells that the body is a stream.
 *
 * <pre>
 *   START --[--> BETWEEN <--value closed--> VALUE       BETWEEN --]--> END
 * </pre>
 */
final class ValuesFramer implements Framer {
  private final FieldScanner scanner;
  private final boolean array;
  private final boolean endsByEvent;
  private boolean opened;
  private boolean inValue;
  private boolean ended;
  private long values;

  /**
   * @param array whether the body is an array; its first byte is then the bracket
   * @param endsByEvent whether the surface has a terminal event
   */
  ValuesFramer(FieldScanner scanner, boolean array, boolean endsByEvent) {
    this.scanner = scanner;
    this.array = array;
    this.endsByEvent = endsByEvent;
    opened = !array;
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && !finished()) {
      if (inValue) {
        i = scanner.scan(buffer, i, to);
        inValue = !scanner.closed();
      } else {
        i = between(buffer[i], i);
      }
    }
  }

  @Override
  public boolean finished() {
    return ended || scanner.terminal();
  }

  @Override
  public boolean mayEndHere() {
    return !array && !inValue && (!endsByEvent || values < 2) || values == 1 && scanner.broken();
  }

  @Override
  public boolean streamed() {
    return array || values > 1;
  }

  @Override
  public String name() {
    return array ? "json-array" : values > 1 ? "ndjson" : "json";
  }

  /** A byte outside of every value; returns the index of the next one. */
  private int between(byte c, int i) {
    if (c <= ' ' && c >= 0) {
      return i + 1;
    }
    if (array && (!opened || c == ',')) {
      opened = true;
      return i + 1;
    }
    if (array && c == ']') {
      ended = true;
      return i + 1;
    }
    scanner.next();
    inValue = true;
    values++;
    return i;
  }
}
