package io.tokenledger.agent.start;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RewriteTarget;
import io.tokenledger.agent.safety.CircuitBreaker;
import java.util.HashMap;
import java.util.Map;

/** A client whose tap is loaded and whose hooks are set when the first of its classes turns up. */
final class LazyClient implements RewriteTarget {
  private final String name;
  private final HookTable hooks;
  private final Meter meter;
  private final CircuitBreaker breaker;
  private Map<String, ClientRewriter> rewriters;

  LazyClient(String name, HookTable hooks, Meter meter, CircuitBreaker breaker) {
    this.name = name;
    this.hooks = hooks;
    this.meter = meter;
    this.breaker = breaker;
  }

  @Override
  public String client() {
    return name;
  }

  @Override
  public synchronized ClientRewriter rewriter(String className) {
    if (rewriters == null) {
      ClientTap tap = Clients.tap(name);
      Map<String, ClientRewriter> byName = new HashMap<>();
      for (ClientRewriter rewriter : tap.rewriters()) {
        byName.put(rewriter.className(), rewriter);
      }
      tap.install(hooks.of(breaker), meter);
      rewriters = byName;
    }
    return rewriters.get(className);
  }
}
