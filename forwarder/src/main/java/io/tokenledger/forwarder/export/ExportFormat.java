package io.tokenledger.forwarder.export;

import java.io.Writer;
import java.util.function.Function;

/** What an export is written as. */
public enum ExportFormat {
  /** RFC 4180, one line per row, a header first. */
  CSV(CsvRows::new),

  /** One JSON object per row and line. */
  JSONL(JsonRows::new),

  /** FOCUS {@value FocusRows#VERSION} as CSV, one line per row and charge class. */
  FOCUS(FocusRows::new);

  private final Function<Writer, RowWriter> writer;

  ExportFormat(Function<Writer, RowWriter> writer) {
    this.writer = writer;
  }

  RowWriter to(Writer target) {
    return writer.apply(target);
  }
}
