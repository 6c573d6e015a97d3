package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.client.GuardedScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/** Shows a scan what the client took of each buffer, which may be a part of it. */
final class TeeDataStreamChannel implements DataStreamChannel {
  private final DataStreamChannel delegate;
  private final GuardedScan scan;

  TeeDataStreamChannel(DataStreamChannel delegate, GuardedScan scan) {
    this.delegate = delegate;
    this.scan = scan;
  }

  DataStreamChannel over() {
    return delegate;
  }

  GuardedScan scan() {
    return scan;
  }

  @Override
  public void requestOutput() {
    delegate.requestOutput();
  }

  @Override
  public int write(ByteBuffer buffer) throws IOException {
    if (buffer == null) {
      return delegate.write(null);
    }
    int from = buffer.position();
    int written = delegate.write(buffer);
    scan.taken(buffer, from);
    return written;
  }

  @Override
  public void endStream() throws IOException {
    delegate.endStream();
  }

  @Override
  public void endStream(List<? extends Header> trailers) throws IOException {
    delegate.endStream(trailers);
  }
}
