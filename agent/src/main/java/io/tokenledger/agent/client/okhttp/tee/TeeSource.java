package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.client.GuardedExchange;
import java.io.IOException;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/** Shows the exchange each piece of the response body as it passes. */
final class TeeSource extends ForwardingSource {
  private final TappedCall call;

  /** Bytes to come by Content-Length, or negative. Nobody has to read on after the last one. */
  private long remaining;

  TeeSource(Source delegate, TappedCall call, long contentLength) {
    super(delegate);
    this.call = call;
    this.remaining = contentLength;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long read;
    try {
      read = super.read(sink, byteCount);
    } catch (IOException | RuntimeException | Error failure) {
      if (call.reader() != null) {
        call.thrown(failure);
      }
      throw failure;
    }
    GuardedExchange exchange = call.reader();
    if (exchange != null) {
      passed(exchange, sink, read);
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    GuardedExchange exchange = call.reader();
    if (exchange != null) {
      exchange.cancelled();
    }
    super.close();
  }

  private void passed(GuardedExchange exchange, Buffer sink, long read) {
    if (read < 0) {
      exchange.responseEnd();
      return;
    }
    try {
      sink.copyTo(exchange, sink.size() - read, read);
    } catch (Throwable ours) {
      exchange.detach(ours);
      return;
    }
    if (remaining > 0) {
      remaining -= read;
      if (remaining == 0) {
        exchange.responseEnd();
      }
    }
  }
}
