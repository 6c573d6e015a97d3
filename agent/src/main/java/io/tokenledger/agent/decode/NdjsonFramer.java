package io.tokenledger.agent.decode;

/**
 * One JSON value a line. A value counts as soon as it closes; a line that is no JSON is passed
 * over.
 */
final class NdjsonFramer implements Framer {
  private final FieldScanner scanner;
  private final boolean endsByEvent;

  NdjsonFramer(FieldScanner scanner, boolean endsByEvent) {
    this.scanner = scanner;
    this.endsByEvent = endsByEvent;
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && !scanner.terminal()) {
      int end = Words.lineEnd(buffer, i, to);
      scanner.scan(buffer, i, end);
      i = end;
      if (i < to) {
        scanner.next();
        i++;
      }
    }
  }

  @Override
  public boolean finished() {
    return scanner.terminal();
  }

  @Override
  public boolean mayEndHere() {
    return !endsByEvent;
  }

  @Override
  public boolean streamed() {
    return true;
  }

  @Override
  public String name() {
    return "ndjson";
  }
}
