package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.exchange.HeaderSource;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;

record RequestHeaders(HttpRequest request) implements HeaderSource {
  @Override
  public String value(String name) {
    Header last = request.getLastHeader(name);
    return last == null ? null : last.getValue();
  }
}
