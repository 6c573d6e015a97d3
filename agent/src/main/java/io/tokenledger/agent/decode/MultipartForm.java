package io.tokenledger.agent.decode;

import java.util.Arrays;

/**
 * A {@code multipart/form-data} body (RFC 7578) as if it were a JSON object: each text field that
 * the table names becomes a member of that name. Files pass by, however large; a field is held up
 * to its bound while it is read. The boundary is what the body begins with.
 *
 * <pre>
 *   BOUNDARY --> AFTER_DELIMITER --CRLF--> HEADERS --empty line--> CONTENT --+
 *                 ^         |                                                |
 *                 |         +---"--"---> END                                 |
 *                 +--------------------- delimiter --------------------------+
 * </pre>
 *
 * A form without a boundary of at most 70 bytes, or with lines that end in LF alone, is not read:
 * it then counts as a body that was not seen. Not thread-safe.
 */
final class MultipartForm {
  private static final int BOUNDARY = 0;
  private static final int AFTER_DELIMITER = 1;
  private static final int HEADERS = 2;
  private static final int CONTENT = 3;
  private static final int END = 4;

  /** Line break, two dashes, and the 70 bytes that RFC 2046 allows. */
  private static final int MAX_DELIMITER = 74;

  private static final byte[] OBJECT = {'{'};
  private static final byte[] END_OF_OBJECT = {'}'};

  private final FieldScanner scanner;
  private final FormField field;

  private byte[] delimiter = new byte[MAX_DELIMITER];
  private int delimiterLength = 2;
  private int matched;
  private byte afterDelimiter;
  private int state = BOUNDARY;

  MultipartForm(FieldScanner scanner) {
    this.scanner = scanner;
    field = new FormField(scanner);
    delimiter[0] = '\r';
    delimiter[1] = '\n';
    scanner.scan(OBJECT, 0, 1);
  }

  void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && state != END) {
      switch (state) {
        case BOUNDARY -> boundary(buffer[i++]);
        case AFTER_DELIMITER -> afterDelimiter(buffer[i++]);
        case HEADERS -> headers(buffer[i++]);
        default -> i = content(buffer, i, to);
      }
    }
  }

  private void boundary(byte c) {
    if (c == '\r') {
      delimiter = Arrays.copyOf(delimiter, delimiterLength);
      state = AFTER_DELIMITER;
    } else if (delimiterLength == MAX_DELIMITER || c == '\n' || delimiterLength < 4 && c != '-') {
      state = END;
    } else {
      delimiter[delimiterLength++] = c;
    }
  }

  /** Two dashes end the form; padding may come before the line break. */
  private void afterDelimiter(byte c) {
    if (c == '-' && afterDelimiter == '-') {
      scanner.scan(END_OF_OBJECT, 0, 1);
      state = END;
    } else if (c == '\n') {
      state = HEADERS;
      field.begin();
    }
    afterDelimiter = c;
  }

  private void headers(byte c) {
    if (c == '\n' && field.endHeader()) {
      state = CONTENT;
      matched = 0;
    } else if (c != '\n' && c != '\r') {
      field.header(c);
    }
  }

  private int content(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to) {
      if (matched == 0) {
        int end = Words.carriageReturn(buffer, i, to);
        field.content(buffer, i, end);
        i = end;
      } else if (buffer[i] != delimiter[matched]) {
        field.content(delimiter, 0, matched);
        matched = 0;
        continue;
      }
      if (i < to) {
        i++;
        if (++matched == delimiter.length) {
          field.end();
          afterDelimiter = 0;
          state = AFTER_DELIMITER;
          return i;
        }
      }
    }
    return i;
  }
}
