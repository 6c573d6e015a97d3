package io.tokenledger.agent.decode;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * {@code gzip} (one member after the other) and {@code deflate} (with the zlib wrapper that the
 * standard asks for, or bare as some servers send it), by the JDK's inflater. Checksums are not
 * verified: the application does that with its own copy.
 */
final class InflatingDecoder implements ContentDecoder {
  private static final int TRAILER_BYTES = 8;

  private final GzipHeader header;
  private Inflater inflater;
  private int trailerLeft;
  private boolean broken;
  private boolean closed;

  InflatingDecoder(boolean gzip) {
    header = gzip ? new GzipHeader() : null;
  }

  @Override
  public void decode(byte[] buffer, int from, int to, Sink sink) {
    int i = from;
    while (i < to && !broken && !closed && !sink.full()) {
      if (trailerLeft > 0) {
        int skipped = Math.min(trailerLeft, to - i);
        trailerLeft -= skipped;
        i += skipped;
      } else if (header != null && !header.complete()) {
        i = header.read(buffer, i, to);
        broken = header.broken();
      } else {
        i = inflate(buffer, i, to, sink);
      }
    }
  }

  @Override
  public boolean undecodable() {
    return broken;
  }

  @Override
  public void close() {
    closed = true;
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }

  private int inflate(byte[] buffer, int from, int to, Sink sink) {
    if (inflater == null) {
      boolean zlib = header == null && (buffer[from] & 0x0f) == 8;
      inflater = new Inflater(!zlib);
    }
    inflater.setInput(buffer, from, to - from);
    byte[] chunk = Chunks.take();
    long written = inflater.getBytesWritten();
    try {
      while (!sink.full()) {
        int length = inflater.inflate(chunk, 0, chunk.length);
        written += length;
        if (length > 0) {
          sink.bytes(chunk, 0, length);
        }
        if (inflater.finished()) {
          return memberEnd(to - inflater.getRemaining(), to);
        }
        if (inflater.needsDictionary() || length == 0) {
          broken = inflater.needsDictionary() || !inflater.needsInput();
          return to;
        }
      }
    } catch (DataFormatException notDeflate) {
      // What came out before counts, as it does where a piece ends between it and the error.
      int length = (int) (inflater.getBytesWritten() - written);
      if (length > 0) {
        sink.bytes(chunk, 0, length);
      }
      broken = true;
    } finally {
      Chunks.give(chunk);
    }
    return to;
  }

  private int memberEnd(int next, int to) {
    if (header == null) {
      closed = true;
      return to;
    }
    inflater.reset();
    header.restart();
    trailerLeft = TRAILER_BYTES;
    return next;
  }
}
