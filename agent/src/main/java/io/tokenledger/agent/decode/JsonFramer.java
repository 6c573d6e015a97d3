package io.tokenledger.agent.decode;

/** A body that is one JSON value. It is finished at the brace that closes it. */
final class JsonFramer implements Framer {
  private final FieldScanner scanner;

  JsonFramer(FieldScanner scanner) {
    this.scanner = scanner;
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {
    scanner.scan(buffer, from, to);
  }

  @Override
  public boolean finished() {
    return scanner.closed();
  }

  @Override
  public boolean mayEndHere() {
    return scanner.broken() || scanner.untouched();
  }

  @Override
  public boolean streamed() {
    return false;
  }

  @Override
  public String name() {
    return "json";
  }
}
