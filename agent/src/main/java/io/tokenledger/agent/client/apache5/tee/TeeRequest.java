package io.tokenledger.agent.client.apache5.tee;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.message.HttpRequestWrapper;

/** The application's own request with another entity, for the one call that sends it. */
final class TeeRequest extends HttpRequestWrapper implements ClassicHttpRequest {
  private HttpEntity entity;

  TeeRequest(ClassicHttpRequest request, HttpEntity entity) {
    super(request);
    this.entity = entity;
  }

  @Override
  public HttpEntity getEntity() {
    return entity;
  }

  @Override
  public void setEntity(HttpEntity entity) {
    this.entity = entity;
  }
}
