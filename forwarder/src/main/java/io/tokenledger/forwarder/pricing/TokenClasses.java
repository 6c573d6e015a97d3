package io.tokenledger.forwarder.pricing;

import static io.tokenledger.forwarder.pricing.TokenCounts.known;

/**
 * The counts split into classes that do not overlap, each charged at one rate. A class is zero
 * where its count was not reported: totals contain every class, so nothing is left out by it.
 *
 * @param textRead text read from a cache; where the provider does not say what was cached, audio
 *     and images are only as far as the cached tokens are more than the text
 * @param overlapAssumed audio or image input was reported beside cached input, and which of it was
 *     cached was not: text is taken to be cached first
 */
record TokenClasses(
    long freshText,
    long freshAudio,
    long freshImage,
    long textRead,
    long audioRead,
    long imageRead,
    long write5m,
    long write1h,
    long writeUnknownLifetime,
    long textOutput,
    long reasoning,
    long audioOutput,
    long imageOutput,
    boolean overlapAssumed) {

  /**
   * The classes, or null when the parts of a total exceed it.
   *
   * @param reasoningApart whether reasoning is a class of its own, else it is text
   */
  static TokenClasses split(TokenCounts counts, boolean reasoningApart) {
    long write5m = known(counts.cacheWrite5m());
    long write1h = known(counts.cacheWrite1h());
    long write = counts.cacheWrite() == null ? write5m + write1h : counts.cacheWrite();
    long otherLifetime = write - write5m - write1h;
    long read = known(counts.cacheRead());
    long audioIn = known(counts.audioInput());
    long imageIn = known(counts.imageInput());
    boolean readIsSaid = saysWhatWasRead(counts, read, audioIn, imageIn);
    long audioRead = readIsSaid ? counts.cachedAudio() : 0;
    long imageRead = readIsSaid ? counts.cachedImage() : 0;
    long freshText = 0;
    if (counts.input() != null) {
      freshText = counts.input() - audioIn - imageIn - read - write + audioRead + imageRead;
      if (freshText < 0 && !readIsSaid) {
        // More is cached than there is text: the rest of what was read is audio, then images.
        audioRead = Math.min(Math.min(-freshText, read), audioIn);
        imageRead = Math.min(Math.min(-freshText - audioRead, read - audioRead), imageIn);
        freshText += audioRead + imageRead;
      }
    }
    long audioOut = known(counts.audioOutput());
    long imageOut = known(counts.imageOutput());
    long reasoning = reasoningApart ? known(counts.reasoning()) : 0;
    long textOutput =
        counts.output() == null ? 0 : counts.output() - audioOut - imageOut - reasoning;
    if (freshText < 0 || textOutput < 0 || otherLifetime < 0) {
      return null;
    }
    return new TokenClasses(
        freshText,
        audioIn - audioRead,
        imageIn - imageRead,
        read - audioRead - imageRead,
        audioRead,
        imageRead,
        write5m,
        write1h,
        otherLifetime,
        textOutput,
        reasoning,
        audioOut,
        imageOut,
        (readIsSaid ? write : read + write) > 0 && audioIn + imageIn > 0);
  }

  /**
   * Gemini lists pages of documents as images among what was cached, and as documents among the
   * input: more of a modality cached than there was of it says nothing of use.
   */
  private static boolean saysWhatWasRead(
      TokenCounts counts, long read, long audioIn, long imageIn) {
    return counts.cachedAudio() != null
        && counts.cachedImage() != null
        && counts.cachedAudio() <= audioIn
        && counts.cachedImage() <= imageIn
        && counts.cachedAudio() + counts.cachedImage() <= read;
  }

  long read() {
    return textRead + audioRead + imageRead;
  }

  long write() {
    return write5m + write1h + writeUnknownLifetime;
  }

  /** All classes of the input, which add up to the input where that is known. */
  long input() {
    return freshText + freshAudio + freshImage + read() + write();
  }

  /** All classes of the output, which add up to the output where that is known. */
  long output() {
    return textOutput + reasoning + audioOutput + imageOutput;
  }
}
