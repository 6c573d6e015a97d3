package io.tokenledger.agent.client.okhttp;

import io.tokenledger.agent.exchange.Meter;

/** The tees of one copy of OkHttp. */
public interface OkHttpTees {
  /**
   * Starts a call.
   *
   * @param chain OkHttp's {@code Interceptor.Chain}
   * @param timeouts which calls timed out as a whole
   * @return null when the call is no model call
   */
  OkHttpCall begin(Object chain, Meter meter, CallTimeouts timeouts);
}
