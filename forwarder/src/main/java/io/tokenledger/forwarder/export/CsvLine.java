package io.tokenledger.forwarder.export;

import java.io.IOException;
import java.io.Writer;

/** A line of CSV (RFC 4180): quoted only where it must be, nothing for what is not known. */
final class CsvLine {
  private final Writer out;
  private boolean first = true;

  CsvLine(Writer out) {
    this.out = out;
  }

  CsvLine field(String value) throws IOException {
    if (!first) {
      out.write(',');
    }
    first = false;
    if (value == null) {
      return this;
    }
    if (mustBeQuoted(value)) {
      out.write('"');
      out.write(value.replace("\"", "\"\""));
      out.write('"');
    } else {
      out.write(value);
    }
    return this;
  }

  void end() throws IOException {
    out.write("\r\n");
    first = true;
  }

  /** An empty text is quoted, so that it differs from what is not known. */
  private static boolean mustBeQuoted(String value) {
    return value.isEmpty()
        || value.indexOf(',') >= 0
        || value.indexOf('"') >= 0
        || value.indexOf('\n') >= 0
        || value.indexOf('\r') >= 0;
  }
}
