package io.tokenledger.forwarder.drain;

/**
 * The bytes of one entry and where they stood.
 *
 * @param nextOffset where the next entry of that file starts
 * @param damaged they are no entry, but what lies before the next one; cut at {@link #MOST_KEPT}
 */
record RawEntry(byte[] bytes, String file, long offset, long nextOffset, boolean damaged) {
  /** Of bytes that are no entry. */
  static final int MOST_KEPT = 64 * 1024;

  RawEntry(byte[] bytes, String file, long offset, long nextOffset) {
    this(bytes, file, offset, nextOffset, false);
  }

  String place() {
    return file + " at byte " + offset;
  }
}
