package io.tokenledger.agent.rewrite;

/** A class to rewrite, as the transformer's table holds it. */
public interface RewriteTarget {
  /** The name of the client that the class belongs to. */
  String client();

  /**
   * What rewrites it. Called when a class of that name is really there, so that everything behind
   * it (rewriter, tap, ASM) is loaded only then; its hooks are in place when this returns.
   */
  ClientRewriter rewriter();
}
