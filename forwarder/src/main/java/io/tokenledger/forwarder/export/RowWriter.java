package io.tokenledger.forwarder.export;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Writes rows of {@code token_ledger_events} in one format, each as it comes. */
interface RowWriter {
  /** The result's columns are known, no row is read yet. */
  void begin(ResultSet result) throws IOException, SQLException;

  /** The row that the result stands on. */
  void row(ResultSet row) throws IOException, SQLException;

  /** What a reader should know of rows that were left out; empty for nothing. */
  String leftOut();
}
