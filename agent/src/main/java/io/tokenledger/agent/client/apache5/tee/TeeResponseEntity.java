package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * The response entity as the application reads it.
 *
 * <p>Closing early makes the client drain the connection below this class: what the application
 * never read is never scanned.
 */
final class TeeResponseEntity extends HttpEntityWrapper {
  private final TappedCall call;
  private final UsageFilter filter;
  private boolean taken;
  private InputStream filtered;

  /**
   * @param filter what the body goes through; null: nothing
   */
  TeeResponseEntity(HttpEntity delegate, TappedCall call, UsageFilter filter) {
    super(delegate);
    this.call = call;
    this.filter = filter;
  }

  /** Unknown where something is taken out. */
  @Override
  public long getContentLength() {
    return filter == null ? super.getContentLength() : -1;
  }

  /** A body that something is taken out of is given once. */
  @Override
  public boolean isRepeatable() {
    return filter == null && super.isRepeatable();
  }

  /**
   * A new wrapper for each stream of the client, which also makes a new one for each call; they all
   * read on where the last one stopped. A repeatable entity starts again, and is shown once.
   */
  @Override
  public InputStream getContent() throws IOException {
    InputStream content = super.getContent();
    if (content == null || (taken && isRepeatable())) {
      return content;
    }
    taken = true;
    InputStream tee = new TeeInputStream(content, call, super.getContentLength());
    if (filter == null) {
      return tee;
    }
    if (filtered == null) {
      filtered = new FilteredInputStream(tee, filter);
    }
    return filtered;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    FilteredOutput rest = filter == null ? null : new FilteredOutput(out, filter);
    TeeOutputStream tee = new TeeOutputStream(rest == null ? out : rest, call.exchange());
    try {
      super.writeTo(tee);
    } catch (IOException | RuntimeException | Error failure) {
      if (tee.outFailed()) {
        call.exchange().cancelled();
      } else {
        call.failed(failure);
        if (rest != null) {
          rest.end();
        }
      }
      throw failure;
    }
    call.exchange().responseEnd();
    if (rest != null) {
      rest.end();
    }
  }

  @Override
  public void close() throws IOException {
    call.exchange().cancelled();
    super.close();
  }
}
