package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.IOException;
import java.io.OutputStream;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/**
 * The response body without what the agent asked for. Reads on while all that came was taken out;
 * what waits when the body ends or breaks comes before that end.
 */
final class FilteredSource extends ForwardingSource {
  private final UsageFilter filter;
  private final Buffer raw = new Buffer();
  private final Feed feed = new Feed();
  private final Passed passed = new Passed();
  private boolean ended;
  private Throwable failure;

  FilteredSource(Source delegate, UsageFilter filter) {
    super(delegate);
    this.filter = filter;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long before = sink.size();
    passed.sink = sink;
    try {
      while (sink.size() == before) {
        if (failure != null) {
          Throwable thrown = failure;
          failure = null;
          throw thrown;
        }
        if (ended) {
          return -1;
        }
        next(byteCount);
      }
    } catch (IOException | RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable impossible) {
      throw new IOException(impossible);
    } finally {
      passed.sink = null;
    }
    return sink.size() - before;
  }

  private void next(long byteCount) throws IOException {
    long read;
    try {
      read = super.read(raw, byteCount);
    } catch (IOException | RuntimeException | Error thrown) {
      failure = thrown;
      filter.end(passed);
      return;
    }
    if (read < 0) {
      ended = true;
      filter.end(passed);
      return;
    }
    raw.copyTo(feed, 0, read);
    raw.skip(read);
  }

  /** Takes OkHttp's segments without copying them. */
  private final class Feed extends OutputStream {
    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      filter.feed(buffer, offset, offset + length, passed);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }
  }

  private static final class Passed extends OutputStream {
    private Buffer sink;

    @Override
    public void write(byte[] buffer, int offset, int length) {
      sink.write(buffer, offset, length);
    }

    @Override
    public void write(int value) {
      sink.writeByte(value);
    }
  }
}
