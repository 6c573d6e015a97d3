package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import java.util.concurrent.Flow.Subscription;

/**
 * Sees an early close: JDK 17 gives the subscriber no signal after it, later ones give an error.
 */
record TeeSubscription(Subscription delegate, GuardedExchange exchange) implements Subscription {
  @Override
  public void request(long count) {
    delegate.request(count);
  }

  @Override
  public void cancel() {
    exchange.cancelled();
    delegate.cancel();
  }
}
