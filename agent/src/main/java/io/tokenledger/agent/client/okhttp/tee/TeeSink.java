package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.client.GuardedScan;
import java.io.IOException;
import okio.Buffer;
import okio.BufferedSink;
import okio.ForwardingSink;
import okio.Okio;

/**
 * Shows a scan what is written to OkHttp's buffered sink.
 *
 * <p>A body writes to {@link #buffered()}, which hands over whole segments as OkHttp's own buffer
 * would, and the rest when told to. Each hand-over goes on at once by {@code emit}, so OkHttp
 * passes on the same pieces as without us. Segments move, they are not copied.
 */
final class TeeSink extends ForwardingSink {
  private final BufferedSink sink;
  private final GuardedScan scan;
  private final BufferedSink buffered;

  private TeeSink(BufferedSink sink, GuardedScan scan) {
    super(sink);
    this.sink = sink;
    this.scan = scan;
    this.buffered = Okio.buffer(this);
  }

  /** Null when it cannot be had. */
  static TeeSink over(BufferedSink sink, GuardedScan scan) {
    try {
      return new TeeSink(sink, scan);
    } catch (Throwable ours) {
      scan.detach(ours);
      return null;
    }
  }

  BufferedSink buffered() {
    return buffered;
  }

  @Override
  public void write(Buffer source, long byteCount) throws IOException {
    scan(source, byteCount);
    sink.buffer().write(source, byteCount);
    sink.emit();
  }

  /** Leaves the last, partial segment in OkHttp's buffer, where it would have been without us. */
  void finish() throws IOException {
    Buffer rest = buffered.buffer();
    long byteCount = rest.size();
    if (byteCount > 0) {
      scan(rest, byteCount);
      sink.buffer().write(rest, byteCount);
    }
  }

  private void scan(Buffer source, long byteCount) {
    try {
      source.copyTo(scan, 0, byteCount);
    } catch (Throwable ours) {
      scan.detach(ours);
    }
  }
}
