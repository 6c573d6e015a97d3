package io.tokenledger.agent.start;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RewriteTarget;
import java.util.Map;

/**
 * A client whose tap is loaded and whose hooks are set when the first of its classes turns up.
 *
 * <p>That is inside class loading, under the locks of the class's own loader, and yet it cannot
 * deadlock. Whoever holds the lock of {@link #rewriter} (and, inside it, the metering's) loads
 * classes from the agent's jar (open since premain, read under a lock that nobody holds while
 * loading a class), and public classes of the platform loader. The agent's loader and the platform
 * loader are parallel capable: their locks are one for each class name, and no class that is asked
 * for here has one of the rewritten classes among its supertypes. So no thread that waits for this
 * lock, which is one that loads a rewritten class, holds a lock that is needed inside it.
 * Application loaders are never asked.
 */
final class LazyClient implements RewriteTarget {
  private final String name;
  private final LazyMetering metering;
  private Map<String, ClientRewriter> rewriters;

  LazyClient(String name, LazyMetering metering) {
    this.name = name;
    this.metering = metering;
  }

  @Override
  public String client() {
    return name;
  }

  @Override
  public synchronized ClientRewriter rewriter(String className) {
    if (rewriters == null) {
      rewriters = metering.get().tap(name);
    }
    return rewriters.get(className);
  }
}
