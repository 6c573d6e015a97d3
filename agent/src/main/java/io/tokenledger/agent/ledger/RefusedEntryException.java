package io.tokenledger.agent.ledger;

/** There is no room for an entry now. */
final class RefusedEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason a reason of {@link io.tokenledger.record.GapRecord}: {@code disk} or {@code cap}
   */
  RefusedEntryException(String reason, String what) {
    super(what, null, false, false); // expected when a disk is full: no stack trace for each record
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
