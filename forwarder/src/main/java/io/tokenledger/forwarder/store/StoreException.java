package io.tokenledger.forwarder.store;

/** The database cannot serve; the message is one sentence that says what, where and what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  public StoreException(String sentence) {
    this(sentence, null, false);
  }

  public StoreException(String sentence, Throwable cause) {
    this(sentence, cause, false);
  }

  StoreException(String sentence, Throwable cause, boolean passing) {
    super(sentence, cause);
    this.passing = passing;
  }

  /**
   * Whether it may work later with nothing changed: a server that restarts, is full, fails over.
   */
  public boolean isPassing() {
    return passing;
  }
}
