package io.tokenledger.forwarder.store;

/** The database cannot serve; the message is one sentence that says what, where and what to do. */
public final class StoreException extends RuntimeException {
  public StoreException(String sentence) {
    super(sentence);
  }

  public StoreException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
