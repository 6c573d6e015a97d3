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
    outer.decode(buffer, from, to, new ToInner(inner, sink));
  }

  @Override
  public boolean undecodable() {
    return outer.undecodable() || inner.undecodable();
  }

  @Override
  public void close() {
    outer.close();
    if (!outer.deferred()) {
      inner.close();
    }
  }

  @Override
  public boolean deferred() {
    return outer.deferred() || inner.deferred();
  }

  @Override
  public void finish(Sink sink, boolean whole) {
    outer.finish(new ToInner(inner, sink), whole);
    inner.close();
    inner.finish(sink, whole);
  }

  private record ToInner(ContentDecoder inner, Sink sink) implements Sink {
    @Override
    public void bytes(byte[] decoded, int start, int end) {
      inner.decode(decoded, start, end, sink);
    }

    @Override
    public boolean full() {
      return sink.full();
    }
  }
}
