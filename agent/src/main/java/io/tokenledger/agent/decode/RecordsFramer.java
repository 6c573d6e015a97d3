package io.tokenledger.agent.decode;

/**
 * Lines that are results of their own: each has a scanner of its own, which is given away when the
 * line's value closes. A line that is no JSON is passed over.
 */
final class RecordsFramer implements Framer {
  private final FieldTable table;
  private final LineSink lines;
  private FieldScanner scanner;
  private boolean given;

  RecordsFramer(FieldTable table, LineSink lines) {
    this.table = table;
    this.lines = lines;
    scanner = new FieldScanner(table);
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to) {
      int end = Words.lineEnd(buffer, i, to);
      if (!given) {
        scan(buffer, i, end);
      }
      i = end;
      if (i < to) {
        beginLine();
        i++;
      }
    }
  }

  @Override
  public boolean finished() {
    return false;
  }

  @Override
  public boolean mayEndHere() {
    return given || scanner.untouched() || scanner.broken();
  }

  @Override
  public boolean streamed() {
    return false;
  }

  @Override
  public String name() {
    return Framing.JSON_LINES.text();
  }

  private void scan(byte[] buffer, int from, int to) {
    scanner.scan(buffer, from, to);
    if (scanner.closed()) {
      given = true;
      lines.line(scanner);
      scanner = null;
    }
  }

  /** What a line left behind that did not close belongs to nobody. */
  private void beginLine() {
    if (given || !scanner.untouched()) {
      scanner = new FieldScanner(table);
      given = false;
    }
  }
}
