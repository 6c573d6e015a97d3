package io.tokenledger.agent.rewrite;

/** A client's class does not have the members that its tap needs. */
public final class RefusedClassException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The reason in one sentence: which class, which member. */
  public RefusedClassException(String reason) {
    super(reason, null, false, false);
  }
}
