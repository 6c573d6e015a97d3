package io.tokenledger.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Short texts that were read before, such as names of models: a text that comes again is the same
 * object, whose hash is known. Of texts that meet in a place the latest stays, so that it needs no
 * care. Thread-safe: what threads miss of each other is made once more.
 */
final class KnownTexts {
  private static final int PLACES = 1024;
  private static final int MAX_BYTES = 64;

  private final Known[] places = new Known[PLACES];

  /** A text and its bytes; immutable, hence whole for whoever sees it. */
  private record Known(byte[] bytes, String text) {}

  /** The text of these bytes in UTF-8, U+FFFD in the place of what is not. */
  String text(byte[] bytes, int from, int length) {
    if (length > MAX_BYTES || length == 0) {
      return new String(bytes, from, length, StandardCharsets.UTF_8);
    }
    int place = place(bytes, from, length);
    Known known = places[place];
    if (known != null
        && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, from + length)) {
      return known.text;
    }
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    places[place] = new Known(Arrays.copyOfRange(bytes, from, from + length), text);
    return text;
  }

  /** By its length, its ends and its middle: enough to tell names apart. */
  private static int place(byte[] bytes, int from, int length) {
    int last = from + length - 1;
    int hash = length;
    hash = 31 * hash + bytes[from];
    hash = 31 * hash + bytes[from + length / 2];
    hash = 31 * hash + bytes[from + length / 4];
    hash = 31 * hash + bytes[last - length / 4];
    hash = 31 * hash + bytes[last];
    hash *= 0x9e3779b9; // 2^32 divided by the golden ratio, to spread what differs little
    return hash >>> 22 & PLACES - 1;
  }
}
