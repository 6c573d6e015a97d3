package io.tokenledger.agent.decode;

/** Two encodings, one around the other. */
final class ChainedDecoder implements ContentDecoder {
  private final ContentDecoder outer;
  private final ContentDecoder inner;

  ChainedDecoder(ContentDecoder outer, ContentDecoder inner) {
    this.outer = outer;
    this.inner = inner;
  }

  @Override
  public void decode(byte[] buffer, int from, int to, Sink sink) {
    outer.decode(
        buffer,
        from,
        to,
        new Sink() {
          @Override
          public void bytes(byte[] decoded, int start, int end) {
            inner.decode(decoded, start, end, sink);
          }

          @Override
          public boolean full() {
            return sink.full();
          }
        });
  }

  @Override
  public boolean undecodable() {
    return outer.undecodable() || inner.undecodable();
  }

  @Override
  public void close() {
    outer.close();
    inner.close();
  }
}
