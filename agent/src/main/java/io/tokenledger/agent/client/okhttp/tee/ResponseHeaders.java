package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.exchange.HeaderSource;
import okhttp3.Response;

record ResponseHeaders(Response response) implements HeaderSource {
  @Override
  public String value(String name) {
    return response.header(name);
  }
}
