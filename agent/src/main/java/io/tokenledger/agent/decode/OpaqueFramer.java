package io.tokenledger.agent.decode;

/** A body with nothing in it to be read: speech, images, plain text. It ends where HTTP says. */
final class OpaqueFramer implements Framer {
  private final String name;

  OpaqueFramer(String name) {
    this.name = name;
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {}

  @Override
  public boolean finished() {
    return false;
  }

  @Override
  public boolean mayEndHere() {
    return true;
  }

  @Override
  public boolean streamed() {
    return false;
  }

  @Override
  public String name() {
    return name;
  }
}
