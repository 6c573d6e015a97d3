package io.tokenledger.agent.rewrite;

/** The client behind a class name in the transformer's table. */
public interface RewriteTarget {
  /** The client's name. */
  String client();

  /**
   * What rewrites one of its classes. Called when a class of that name is really there, so that
   * everything behind it (rewriter, tap, ASM) is loaded only then, from the agent's jar; the
   * client's hooks are in place when this returns.
   */
  ClientRewriter rewriter(String className);
}
