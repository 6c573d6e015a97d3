package io.tokenledger.record;

/**
 * Makes text fit for a Postgres {@code text} or {@code jsonb} column, so that one bad character of
 * a provider cannot poison a whole COPY: UTF-8 knows no lone surrogates, {@code text} no NUL, and
 * {@code jsonb} neither of the two in their escaped form.
 */
final class StorableText {
  private static final char REPLACEMENT = '\uFFFD';
  private static final String ESCAPED_REPLACEMENT = "\\ufffd";

  private StorableText() {}

  /** The text with lone surrogates and NULs replaced, at most {@code maxLength} characters long. */
  static String text(String text, int maxLength) {
    String cut = text.length() <= maxLength ? text : text.substring(0, endOfCut(text, maxLength));
    int bad = nextBad(cut, 0);
    if (bad < 0) {
      return cut;
    }
    StringBuilder clean = new StringBuilder(cut);
    for (; bad >= 0; bad = nextBad(cut, bad + 1)) {
      clean.setCharAt(bad, REPLACEMENT);
    }
    return clean.toString();
  }

  /** JSON with the same characters replaced where they are written as escapes. */
  static String jsonEscapes(String json) {
    if (json.indexOf("\\u") < 0) {
      return json;
    }
    StringBuilder clean = new StringBuilder(json.length());
    int at = 0;
    while (at < json.length()) {
      int escape = json.indexOf('\\', at);
      if (escape < 0 || escape + 1 >= json.length()) {
        break;
      }
      clean.append(json, at, escape);
      int code = unicodeEscape(json, escape);
      int length = code < 0 ? 2 : 6;
      if (code >= 0 && Character.isHighSurrogate((char) code)) {
        int low = unicodeEscape(json, escape + 6);
        if (low >= 0 && Character.isLowSurrogate((char) low)) {
          length = 12;
          code = Character.toCodePoint((char) code, (char) low);
        }
      }
      boolean bad =
          code == 0 || (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE);
      if (bad) {
        clean.append(ESCAPED_REPLACEMENT);
      } else {
        clean.append(json, escape, escape + length);
      }
      at = escape + length;
    }
    return clean.append(json, at, json.length()).toString();
  }

  /** Where to cut so that no surrogate pair is split. */
  private static int endOfCut(String text, int maxLength) {
    boolean splitsPair =
        maxLength > 0
            && Character.isHighSurrogate(text.charAt(maxLength - 1))
            && Character.isLowSurrogate(text.charAt(maxLength));
    return splitsPair ? maxLength - 1 : maxLength;
  }

  private static int nextBad(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return i;
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** The code of the {@code \}{@code uXXXX} that starts at {@code at}, or -1 if none does. */
  private static int unicodeEscape(String json, int at) {
    if (at + 6 > json.length() || json.charAt(at) != '\\' || json.charAt(at + 1) != 'u') {
      return -1;
    }
    int code = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(json.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code << 4 | digit;
    }
    return code;
  }
}
