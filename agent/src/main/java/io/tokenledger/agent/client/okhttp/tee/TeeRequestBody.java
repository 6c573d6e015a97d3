package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.GuardedScan;
import io.tokenledger.agent.streamusage.BodyEdit;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * Shows the request body to a fresh scan each time OkHttp writes it.
 *
 * <p>{@code isDuplex} and {@code isOneShot} came with OkHttp 3.14: older versions call neither, so
 * the call to the delegate is never linked there. A duplex body is not scanned: the application
 * keeps writing it after {@link #writeTo} returned.
 */
final class TeeRequestBody extends RequestBody {
  private final RequestBody delegate;
  private final GuardedExchange exchange;

  /** What is written otherwise than the application wrote it; null: nothing. */
  private final BodyEdit edit;

  private boolean duplex;

  TeeRequestBody(RequestBody delegate, GuardedExchange exchange, BodyEdit edit) {
    this.delegate = delegate;
    this.exchange = exchange;
    this.edit = edit;
  }

  @Override
  public MediaType contentType() {
    return delegate.contentType();
  }

  @Override
  public long contentLength() throws IOException {
    long length = delegate.contentLength();
    return edit == null ? length : length + edit.added();
  }

  @Override
  public boolean isDuplex() {
    duplex = delegate.isDuplex();
    return duplex;
  }

  @Override
  public boolean isOneShot() {
    return delegate.isOneShot();
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    GuardedScan scan = duplex ? null : exchange.requestBody();
    TeeSink tee = scan == null ? null : TeeSink.over(sink, scan);
    if (tee == null) {
      write(sink);
      return;
    }
    write(tee.buffered());
    tee.finish();
  }

  private void write(BufferedSink sink) throws IOException {
    if (edit == null) {
      delegate.writeTo(sink);
    } else {
      BodyLook.write(delegate, sink, edit);
    }
  }
}
