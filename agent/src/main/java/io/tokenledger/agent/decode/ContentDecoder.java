package io.tokenledger.agent.decode;

import java.util.Locale;

/**
 * Undoes a content encoding, piece by piece, on a copy: the application's bytes stay as they are.
 * Broken data ends the decoding, never throws. Not thread-safe.
 */
interface ContentDecoder {
  /** Decodes the next piece and passes what comes out to the sink. */
  void decode(byte[] buffer, int from, int to, Sink sink);

  /** True when the encoding is not supported or the data is broken. */
  boolean undecodable();

  /** Frees native memory. What comes after is ignored. */
  void close();

  /** True when nothing is decoded before {@link #finish}. */
  default boolean deferred() {
    return false;
  }

  /**
   * Decodes what was put off. On the ledger thread, once, after {@link #close}.
   *
   * @param whole whether the body came to its end
   */
  default void finish(Sink sink, boolean whole) {}

  /** Where decoded bytes go. */
  interface Sink {
    void bytes(byte[] buffer, int from, int to);

    /** True when nothing more is wanted. */
    boolean full();
  }

  /**
   * The decoder for a {@code content-encoding} header, or null when the body is not encoded.
   *
   * @param encoding the header's value, such as {@code gzip} or {@code deflate, gzip}; null: none
   */
  static ContentDecoder of(String encoding) {
    if (encoding == null) {
      return null;
    }
    ContentDecoder decoder = null;
    // Encodings are listed in the order in which they were applied, so the last is undone first.
    for (String name : encoding.toLowerCase(Locale.ROOT).split(",")) {
      ContentDecoder one =
          switch (name.trim()) {
            case "", "identity" -> null;
            case "gzip", "x-gzip" -> new InflatingDecoder(true);
            case "deflate" -> new InflatingDecoder(false);
            case "br" -> new Backlog(true);
            case "zstd" -> new Backlog(false);
            default -> UnsupportedDecoder.INSTANCE;
          };
      if (one == UnsupportedDecoder.INSTANCE) {
        return one;
      }
      if (one != null) {
        decoder = decoder == null ? one : new ChainedDecoder(one, decoder);
      }
    }
    return decoder;
  }
}
