package io.tokenledger.forwarder.pricing;

/** A catalogue that cannot be used; the message is a sentence that says what and where. */
public final class CatalogueException extends RuntimeException {
  public CatalogueException(String sentence) {
    super(sentence);
  }

  CatalogueException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
