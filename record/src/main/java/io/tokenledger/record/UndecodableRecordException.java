package io.tokenledger.record;

/** Bytes that are no entry of a queue. The message says what is wrong and at which byte. */
public final class UndecodableRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long byteOffset;

  UndecodableRecordException(String what, long byteOffset, Throwable cause) {
    super(what + " at byte " + byteOffset, cause);
    this.byteOffset = byteOffset;
  }

  /** Where in the entry reading stopped, counted from 0. */
  public long byteOffset() {
    return byteOffset;
  }
}
