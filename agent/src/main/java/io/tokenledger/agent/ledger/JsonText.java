package io.tokenledger.agent.ledger;

/**
 * Writes one JSON object. For {@code source.json}, which premain writes before any library is
 * loaded, and for agent reports.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder(512).append('{');
  private boolean first = true;

  /** A text field; null writes {@code null}. */
  JsonText field(String name, String value) {
    name(name);
    if (value == null) {
      text.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  JsonText field(String name, long value) {
    name(name);
    text.append(value);
    return this;
  }

  /** Opens an object as the value of a field; {@link #end} closes it. */
  JsonText object(String name) {
    name(name);
    text.append('{');
    first = true;
    return this;
  }

  JsonText end() {
    text.append('}');
    first = false;
    return this;
  }

  /** The whole object. */
  String finish() {
    return text.append('}').toString();
  }

  private void name(String name) {
    if (!first) {
      text.append(',');
    }
    first = false;
    quote(name);
    text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(HEX.charAt(c >> shift & 0xF));
        }
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
