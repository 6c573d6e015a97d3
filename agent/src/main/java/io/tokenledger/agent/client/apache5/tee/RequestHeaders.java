package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.exchange.HeaderSource;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;

record RequestHeaders(ClassicHttpRequest request) implements HeaderSource {
  @Override
  public String value(String name) {
    Header last = request.getLastHeader(name);
    return last == null ? null : last.getValue();
  }
}
