package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.exchange.HeaderSource;
import okhttp3.Request;

record RequestHeaders(Request request) implements HeaderSource {
  @Override
  public String value(String name) {
    return request.header(name);
  }
}
