package io.tokenledger.forwarder.pricing;

/**
 * The counts split into classes that do not overlap, each charged at one rate. A class is zero
 * where its count was not reported: totals contain every class, so nothing is left out by it.
 *
 * @param overlapAssumed audio or image input was reported beside cached input, and which of it was
 *     cached was not: text is taken to be cached first
 */
record TokenClasses(
    long freshText,
    long freshAudio,
    long freshImage,
    long cacheRead,
    long write5m,
    long write1h,
    long writeUnknownLifetime,
    long textOutput,
    long audioOutput,
    long imageOutput,
    boolean overlapAssumed) {

  /** The classes, or null when the parts of a total exceed it. */
  static TokenClasses split(TokenCounts counts) {
    long read = known(counts.cacheRead());
    long write5m = known(counts.cacheWrite5m());
    long write1h = known(counts.cacheWrite1h());
    long write = counts.cacheWrite() == null ? write5m + write1h : counts.cacheWrite();
    long audioIn = known(counts.audioInput());
    long imageIn = known(counts.imageInput());
    long otherLifetime = write - write5m - write1h;
    long cached = read + write;
    long freshText = 0;
    if (counts.input() != null) {
      freshText = counts.input() - cached - audioIn - imageIn;
    }
    long audioOut = known(counts.audioOutput());
    long imageOut = known(counts.imageOutput());
    long textOutput = 0;
    if (counts.output() != null) {
      textOutput = counts.output() - audioOut - imageOut;
    }
    if (freshText < 0 || textOutput < 0 || otherLifetime < 0) {
      return null;
    }
    return new TokenClasses(
        freshText,
        audioIn,
        imageIn,
        read,
        write5m,
        write1h,
        otherLifetime,
        textOutput,
        audioOut,
        imageOut,
        cached > 0 && audioIn + imageIn > 0);
  }

  long cacheWrite() {
    return write5m + write1h + writeUnknownLifetime;
  }

  private static long known(Long count) {
    return count == null ? 0 : count;
  }
}
