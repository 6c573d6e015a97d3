package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The response body without what the agent asked for. Reads no more than it is asked to read, and
 * on while all of that was taken out; what waits when the body ends or breaks comes before that
 * end.
 */
final class FilteredInputStream extends InputStream {
  private static final int MAX_PIECE = 2048;

  private final InputStream in;
  private final UsageFilter filter;
  private final byte[] raw = new byte[MAX_PIECE];
  private final Passed passed = new Passed();
  private boolean ended;
  private IOException failure;

  FilteredInputStream(InputStream in, UsageFilter filter) {
    this.in = in;
    this.filter = filter;
  }

  @Override
  public int read() throws IOException {
    return ready(1) ? passed.take() : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return in.read(buffer, offset, 0);
    }
    return ready(length) ? passed.take(buffer, offset, length) : -1;
  }

  @Override
  public int available() throws IOException {
    return passed.available() + in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** False at the end. */
  private boolean ready(int length) throws IOException {
    while (passed.available() == 0) {
      if (failure != null) {
        IOException thrown = failure;
        failure = null;
        throw thrown;
      }
      if (ended) {
        in.read(); // says again what it said, or that it was closed
        return false;
      }
      next(Math.min(length, MAX_PIECE));
    }
    return true;
  }

  private void next(int length) throws IOException {
    passed.reset();
    int read;
    try {
      read = in.read(raw, 0, length);
    } catch (IOException thrown) {
      failure = thrown;
      filter.end(passed);
      return;
    }
    if (read < 0) {
      ended = true;
      filter.end(passed);
    } else {
      filter.feed(raw, 0, read, passed);
    }
  }

  /** What passed and was not read yet. */
  private static final class Passed extends ByteArrayOutputStream {
    private int taken;

    Passed() {
      super(MAX_PIECE);
    }

    int available() {
      return count - taken;
    }

    int take() {
      return buf[taken++] & 0xff;
    }

    int take(byte[] buffer, int offset, int length) {
      int bytes = Math.min(length, available());
      System.arraycopy(buf, taken, buffer, offset, bytes);
      taken += bytes;
      return bytes;
    }

    @Override
    public void reset() {
      super.reset();
      taken = 0;
    }
  }
}
