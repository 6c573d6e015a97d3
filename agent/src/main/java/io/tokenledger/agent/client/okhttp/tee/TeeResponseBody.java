package io.tokenledger.agent.client.okhttp.tee;

import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.Okio;

/** The response body as the application reads it. */
final class TeeResponseBody extends ResponseBody {
  private final ResponseBody delegate;
  private final BufferedSource source;

  TeeResponseBody(ResponseBody delegate, TappedCall call) {
    this.delegate = delegate;
    this.source = Okio.buffer(new TeeSource(delegate.source(), call, delegate.contentLength()));
  }

  @Override
  public MediaType contentType() {
    return delegate.contentType();
  }

  @Override
  public long contentLength() {
    return delegate.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }

  /** Also closes the delegate: a network interceptor's own body may do more than its source. */
  @Override
  public void close() {
    super.close();
    delegate.close();
  }
}
