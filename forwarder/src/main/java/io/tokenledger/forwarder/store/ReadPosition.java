package io.tokenledger.forwarder.store;

/**
 * How far a source is read. Immutable.
 *
 * @param nextSeq number of the next record to take; everything below is committed
 * @param queueFile cycle file being read; null: from the first
 * @param queueOffset byte offset of the next entry in it
 * @param segmentFile segment file being read; null: from the first
 * @param segmentOffset byte offset of the next entry in it
 * @param unnumberedUntil numbers from {@code nextSeq} to below it may be of entries that were read,
 *     and whose number was not to be read; not above {@code nextSeq}: none
 */
public record ReadPosition(
    long nextSeq,
    String queueFile,
    long queueOffset,
    String segmentFile,
    long segmentOffset,
    long unnumberedUntil) {
  public static final ReadPosition START = new ReadPosition(0, null, 0, null, 0);

  /** Without entries that have no number. */
  public ReadPosition(
      long nextSeq, String queueFile, long queueOffset, String segmentFile, long segmentOffset) {
    this(nextSeq, queueFile, queueOffset, segmentFile, segmentOffset, 0);
  }

  /** How many entries were read since the last that had a number. */
  public long unnumbered() {
    return Math.max(0, unnumberedUntil - nextSeq);
  }

  /** After an entry that has a number: those before it without one are accounted for. */
  public ReadPosition withNextSeq(long seq) {
    return new ReadPosition(seq, queueFile, queueOffset, segmentFile, segmentOffset);
  }

  public ReadPosition withQueue(String file, long offset) {
    return new ReadPosition(nextSeq, file, offset, segmentFile, segmentOffset, unnumberedUntil);
  }

  public ReadPosition withSegment(String file, long offset) {
    return new ReadPosition(nextSeq, queueFile, queueOffset, file, offset, unnumberedUntil);
  }

  /** After one more entry that has no number. */
  public ReadPosition withUnnumbered() {
    return new ReadPosition(
        nextSeq, queueFile, queueOffset, segmentFile, segmentOffset, nextSeq + unnumbered() + 1);
  }
}
