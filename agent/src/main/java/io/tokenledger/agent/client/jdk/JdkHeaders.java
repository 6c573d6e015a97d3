package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.HeaderSource;
import java.net.http.HttpHeaders;
import java.util.List;

/** Headers of a request or response of the JDK's client. */
record JdkHeaders(HttpHeaders headers) implements HeaderSource {
  @Override
  public String value(String name) {
    List<String> values = headers.allValues(name);
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }
}
