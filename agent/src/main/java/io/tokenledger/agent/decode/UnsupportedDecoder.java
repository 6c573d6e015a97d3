package io.tokenledger.agent.decode;

/** An encoding that nobody here can undo. */
final class UnsupportedDecoder implements ContentDecoder {
  static final UnsupportedDecoder INSTANCE = new UnsupportedDecoder();

  private UnsupportedDecoder() {}

  @Override
  public void decode(byte[] buffer, int from, int to, Sink sink) {}

  @Override
  public boolean undecodable() {
    return true;
  }

  @Override
  public void close() {}
}
