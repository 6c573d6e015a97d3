package io.tokenledger.agent.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One part of a form at a time: its name from its headers, its content, and the member that the
 * scanner sees of it. Holds at most the bound of the field. Not thread-safe.
 */
final class FormField {
  private static final int MAX_HEADER = 512;
  private static final String DISPOSITION = "content-disposition:";
  private static final byte[] COMMA = {','};
  private static final byte[] QUOTE = {'"'};
  private static final byte[] NAME_END = {'"', ':'};
  private static final byte[] NO_BYTES = {};

  private final FieldScanner scanner;

  private final byte[] header = new byte[MAX_HEADER];
  private int headerLength;

  /** Null: this part is not wanted. */
  private byte[] name;

  private byte[] content = NO_BYTES;
  private int length;
  private int bound;
  private boolean first = true;

  FormField(FieldScanner scanner) {
    this.scanner = scanner;
  }

  void begin() {
    headerLength = 0;
    name = null;
    length = 0;
  }

  /** The next byte of a header; a header that is longer than any with a name in it is cut. */
  void header(byte c) {
    if (headerLength < MAX_HEADER) {
      header[headerLength++] = c;
    }
  }

  /** The end of a line; true when the line is empty, so that the content begins. */
  boolean endHeader() {
    if (headerLength == 0) {
      return true;
    }
    String line = new String(header, 0, headerLength, StandardCharsets.UTF_8);
    if (line.toLowerCase(Locale.ROOT).startsWith(DISPOSITION)) {
      want(FormName.of(line.substring(DISPOSITION.length())));
    }
    headerLength = 0;
    return false;
  }

  void content(byte[] buffer, int from, int to) {
    if (name == null || to == from) {
      return;
    }
    int count = Math.min(to - from, bound - length);
    if (length + count > content.length) {
      content = Arrays.copyOf(content, Math.min(bound, 2 * (length + count)));
    }
    System.arraycopy(buffer, from, content, length, count);
    length += count;
  }

  void end() {
    if (name == null) {
      return;
    }
    if (!first) {
      scanner.scan(COMMA, 0, 1);
    }
    first = false;
    scanner.scan(QUOTE, 0, 1);
    scanner.scan(name, 0, name.length);
    scanner.scan(NAME_END, 0, 2);
    if (isLiteral()) {
      scanner.scan(content, 0, length);
    } else {
      string();
    }
  }

  private void want(String name) {
    byte[] bytes = name == null ? NO_BYTES : name.getBytes(StandardCharsets.UTF_8);
    PathNode node = scanner.table().root.member(bytes, 0, bytes.length);
    if (node != null && node.captureMask != 0) {
      this.name = bytes;
      // One more than its bound, so that the scanner finds what is too large to be so.
      bound = node.maxBytes + 1;
    }
  }

  private void string() {
    scanner.scan(QUOTE, 0, 1);
    int start = 0;
    for (int i = 0; i < length; i++) {
      byte c = content[i];
      if (c == '"' || c == '\\' || c >= 0 && c < ' ') {
        scanner.scan(content, start, i);
        byte[] escape = {'\\', 'u', '0', '0', hex(c >> 4), hex(c & 0xf)};
        scanner.scan(escape, 0, escape.length);
        start = i + 1;
      }
    }
    scanner.scan(content, start, length);
    scanner.scan(QUOTE, 0, 1);
  }

  /** True for {@code true}, {@code false} and plain decimal numbers, which JSON bodies have so. */
  private boolean isLiteral() {
    if (is("true") || is("false")) {
      return true;
    }
    int digits = 0;
    int dots = 0;
    for (int i = 0; i < length; i++) {
      digits += content[i] >= '0' && content[i] <= '9' ? 1 : 0;
      dots += content[i] == '.' ? 1 : 0;
    }
    boolean leadingZero = length > 1 && content[0] == '0' && content[1] != '.';
    return digits > 0
        && dots < 2
        && digits + dots == length
        && !leadingZero
        && content[0] != '.'
        && content[length - 1] != '.';
  }

  private boolean is(String text) {
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (content[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static byte hex(int digit) {
    return (byte) Character.forDigit(digit, 16);
  }
}
