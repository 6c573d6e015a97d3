package io.tokenledger.agent.client.apache5async.tee;

import java.util.Set;
import org.apache.hc.core5.http.EntityDetails;

/** An entity whose body does not pass as it is. */
record LengthChanged(EntityDetails delegate, long length) implements EntityDetails {
  @Override
  public long getContentLength() {
    return length;
  }

  @Override
  public String getContentType() {
    return delegate.getContentType();
  }

  @Override
  public String getContentEncoding() {
    return delegate.getContentEncoding();
  }

  @Override
  public boolean isChunked() {
    return delegate.isChunked();
  }

  @Override
  public Set<String> getTrailerNames() {
    return delegate.getTrailerNames();
  }
}
