package io.tokenledger.agent.streamusage;

/**
 * Whether an error says {@code stream_options} or {@code include_usage}, however its body is cut. A
 * search in text, since that is where errors name what they refuse. Not thread-safe.
 */
final class OptionMention {
  private static final byte[][] NAMES = {name("stream_options"), name("include_usage")};

  private final int[] matched = new int[NAMES.length];
  private boolean found;

  boolean found() {
    return found;
  }

  void next(byte c) {
    for (int n = 0; n < NAMES.length; n++) {
      // The first letter of either comes only once more, as its last: no partial match overlaps.
      if (c == NAMES[n][matched[n]]) {
        matched[n]++;
      } else {
        matched[n] = c == NAMES[n][0] ? 1 : 0;
      }
      if (matched[n] == NAMES[n].length) {
        found = true;
        matched[n] = 0;
      }
    }
  }

  private static byte[] name(String text) {
    byte[] name = new byte[text.length()];
    for (int i = 0; i < name.length; i++) {
      name[i] = (byte) text.charAt(i);
    }
    return name;
  }
}
