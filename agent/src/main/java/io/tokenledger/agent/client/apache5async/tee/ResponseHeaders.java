package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.exchange.HeaderSource;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/**
 * Headers of the response. How the bytes are encoded is known to the entity: 5.6 decodes and leaves
 * the header as it was.
 */
record ResponseHeaders(HttpResponse response, EntityDetails entity) implements HeaderSource {
  @Override
  public String value(String name) {
    if (entity != null && "content-encoding".equalsIgnoreCase(name)) {
      return entity.getContentEncoding();
    }
    Header last = response.getLastHeader(name);
    return last == null ? null : last.getValue();
  }
}
