package io.tokenledger.forwarder.reconcile;

/** A provider's file cannot be read; the message is a sentence for the user. */
public final class BillException extends RuntimeException {
  BillException(String sentence) {
    super(sentence);
  }
}
