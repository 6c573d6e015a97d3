package io.tokenledger.agent.client.apache5;

import io.tokenledger.agent.exchange.Meter;

/** The tees of one copy of Apache HttpClient 5, classic. */
public interface ApacheTees {
  /**
   * Starts a call.
   *
   * @param target the client's {@code HttpHost}, or null: the request names it
   * @param request the application's {@code ClassicHttpRequest}
   * @return null when the call is no model call
   */
  ApacheCall begin(Object target, Object request, Meter meter);
}
