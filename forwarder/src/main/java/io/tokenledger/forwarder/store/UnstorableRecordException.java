package io.tokenledger.forwarder.store;

/** A record of which no row can be made, although Postgres might take one: it is set aside. */
public final class UnstorableRecordException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param column whose text cannot be read
   * @param why as its parser says it
   */
  public UnstorableRecordException(String column, String why) {
    super(column + " cannot be read: " + why);
  }
}
