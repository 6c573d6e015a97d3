package io.tokenledger.forwarder.store;

/**
 * How far a source is read. Immutable.
 *
 * @param nextSeq number of the next record to take; everything below is committed
 * @param queueFile cycle file being read; null: from the first
 * @param queueOffset byte offset of the next entry in it
 * @param segmentFile segment file being read; null: from the first
 * @param segmentOffset byte offset of the next entry in it
 */
public record ReadPosition(
    long nextSeq, String queueFile, long queueOffset, String segmentFile, long segmentOffset) {
  public static final ReadPosition START = new ReadPosition(0, null, 0, null, 0);

  public ReadPosition withNextSeq(long seq) {
    return new ReadPosition(seq, queueFile, queueOffset, segmentFile, segmentOffset);
  }

  public ReadPosition withQueue(String file, long offset) {
    return new ReadPosition(nextSeq, file, offset, segmentFile, segmentOffset);
  }

  public ReadPosition withSegment(String file, long offset) {
    return new ReadPosition(nextSeq, queueFile, queueOffset, file, offset);
  }
}
