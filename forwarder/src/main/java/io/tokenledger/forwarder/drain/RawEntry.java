package io.tokenledger.forwarder.drain;

/**
 * The bytes of one entry and where they stood.
 *
 * @param nextOffset where the next entry of that file starts
 */
record RawEntry(byte[] bytes, String file, long offset, long nextOffset) {
  String place() {
    return file + " at byte " + offset;
  }
}
