package io.tokenledger.agent.streamusage;

/**
 * One change of a request body: so many bytes at an offset are left out, others are put there. It
 * never makes a body shorter. Immutable, thread-safe: a body that is written again is changed the
 * same way again.
 *
 * @param length bytes of the body before the change
 * @param offset where the change is; before the last byte
 * @param removed how many bytes are left out there
 * @param inserted what is put in their place; not to be changed
 * @param prefixCrc CRC-32 of all bytes before the offset, by which a writer knows that it writes
 *     the body that was looked at
 */
public record BodyEdit(long length, long offset, int removed, byte[] inserted, long prefixCrc) {

  /** By how many bytes the body grows. */
  public int added() {
    return inserted.length - removed;
  }
}
