package io.tokenledger.agent.client.apache5.tee;

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
  private boolean taken;

  TeeResponseEntity(HttpEntity delegate, TappedCall call) {
    super(delegate);
    this.call = call;
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
    return new TeeInputStream(content, call, getContentLength());
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    TeeOutputStream tee = new TeeOutputStream(out, call.exchange());
    try {
      super.writeTo(tee);
    } catch (IOException | RuntimeException | Error failure) {
      if (tee.outFailed()) {
        call.exchange().cancelled();
      } else {
        call.failed(failure);
      }
      throw failure;
    }
    call.exchange().responseEnd();
  }

  @Override
  public void close() throws IOException {
    call.exchange().cancelled();
    super.close();
  }
}
