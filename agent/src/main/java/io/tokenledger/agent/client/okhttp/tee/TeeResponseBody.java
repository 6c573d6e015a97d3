package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.streamusage.UsageFilter;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;

/** The response body as the application reads it. */
final class TeeResponseBody extends ResponseBody {
  private final ResponseBody delegate;
  private final BufferedSource source;
  private final boolean filtered;

  /**
   * @param filter what the body goes through; null: nothing
   */
  TeeResponseBody(ResponseBody delegate, TappedCall call, UsageFilter filter) {
    this.delegate = delegate;
    filtered = filter != null;
    Source tee = new TeeSource(delegate.source(), call, delegate.contentLength());
    source = Okio.buffer(filtered ? new FilteredSource(tee, filter) : tee);
  }

  @Override
  public MediaType contentType() {
    return delegate.contentType();
  }

  /** Unknown where something is taken out: readers hold a body to its length. */
  @Override
  public long contentLength() {
    return filtered ? -1 : delegate.contentLength();
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
