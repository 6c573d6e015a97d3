package io.tokenledger.agent.start;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RewriteTarget;
import io.tokenledger.agent.safety.CircuitBreaker;
import java.util.HashMap;
import java.util.Map;

/**
 * A client whose tap is loaded and whose hooks are set when the first of its classes turns up.
 *
 * <p>That is inside class loading, under the locks of the class's own loader, and yet it cannot
 * deadlock. Whoever holds the lock of {@link #rewriter} loads classes from the agent's jar (open
 * since premain, read under a lock that nobody holds while loading a class), and public classes of
 * the platform loader. The agent's loader and the platform loader are parallel capable: their locks
 * are one for each class name, and no class that is asked for here has one of the rewritten classes
 * among its supertypes. So no thread that waits for this lock, which is one that loads a rewritten
 * class, holds a lock that is needed inside it. Application loaders are never asked.
 */
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
