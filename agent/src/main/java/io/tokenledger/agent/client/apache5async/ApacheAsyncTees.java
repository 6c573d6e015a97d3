package io.tokenledger.agent.client.apache5async;

import io.tokenledger.agent.exchange.Meter;

/** The tees of one copy of Apache HttpClient 5, asynchronous. */
@FunctionalInterface
public interface ApacheAsyncTees {
  /** Starts a call, of which nothing is known yet. */
  ApacheAsyncCall begin(Meter meter);
}
