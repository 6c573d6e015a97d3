package io.tokenledger.agent.client.okhttp;

import io.tokenledger.agent.exchange.Meter;

/** The tees of one copy of OkHttp. */
public interface OkHttpTees {
  /**
   * Starts a call.
   *
   * @param chain OkHttp's {@code Interceptor.Chain}
   * @return null when the call is no model call
   */
  OkHttpCall begin(Object chain, Meter meter);
}
