package io.tokenledger.agent.start;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RewriteTarget;
import io.tokenledger.agent.safety.CircuitBreaker;

/** A class of a client whose hooks are installed when the first class of the client turns up. */
final class LazyClient {
  private final ClientTap tap;
  private final HookTable hooks;
  private final Meter meter;
  private final CircuitBreaker breaker;
  private boolean installed;

  LazyClient(ClientTap tap, HookTable hooks, Meter meter, CircuitBreaker breaker) {
    this.tap = tap;
    this.hooks = hooks;
    this.meter = meter;
    this.breaker = breaker;
  }

  /** One of the client's classes. */
  RewriteTarget target(ClientRewriter rewriter) {
    return new RewriteTarget() {
      @Override
      public String client() {
        return tap.name();
      }

      @Override
      public ClientRewriter rewriter() {
        install();
        return rewriter;
      }
    };
  }

  private synchronized void install() {
    if (!installed) {
      tap.install(hooks.of(breaker), meter);
      installed = true;
    }
  }
}
