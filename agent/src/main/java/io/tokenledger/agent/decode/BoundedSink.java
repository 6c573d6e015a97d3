package io.tokenledger.agent.decode;

import java.io.IOException;
import java.io.InputStream;

/** Takes what a library decodes, up to a bound. Not thread-safe. */
final class BoundedSink {
  /** How far back a body may refer; a larger window counts once the body is longer than this. */
  static final int MAX_WINDOW = 1 << 20;

  /** No answer of a model is as long: beyond it the data was made to be large. */
  private static final long MAX_DECODED = 64L << 20;

  private final ContentDecoder.Sink sink;
  private long bound = MAX_DECODED;
  private long passed;
  private long toSkip;
  private boolean exceeded;

  BoundedSink(ContentDecoder.Sink sink) {
    this.sink = sink;
  }

  /** Says how large a window the body asks for. */
  void window(long bytes) {
    bound = bytes > MAX_WINDOW ? MAX_WINDOW : MAX_DECODED;
  }

  /** The body comes again from its start: what was passed on is not passed on twice. */
  void again() {
    toSkip = passed;
    passed = 0;
  }

  /** Passes on what a stream gives, until it ends or nothing more is wanted. */
  void drain(InputStream in) throws IOException {
    byte[] chunk = Chunks.take();
    try {
      for (int read = in.read(chunk); read >= 0 && !sink.full(); read = in.read(chunk)) {
        pass(chunk, read);
      }
    } finally {
      Chunks.give(chunk);
    }
  }

  boolean exceeded() {
    return exceeded;
  }

  private void pass(byte[] chunk, int length) throws IOException {
    passed += length;
    if (passed > bound) {
      exceeded = true;
      throw new IOException("longer than " + bound + " bytes");
    }
    int skipped = (int) Math.min(toSkip, length);
    toSkip -= skipped;
    if (skipped < length) {
      sink.bytes(chunk, skipped, length);
    }
  }
}
