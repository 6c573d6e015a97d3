package io.tokenledger.forwarder.export;

import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** All columns of the events as CSV, under their own names. */
final class CsvRows implements RowWriter {
  private final CsvLine line;
  private int columns;

  CsvRows(Writer out) {
    this.line = new CsvLine(out);
  }

  @Override
  public void begin(ResultSet result) throws IOException, SQLException {
    ResultSetMetaData names = result.getMetaData();
    columns = names.getColumnCount();
    for (int column = 1; column <= columns; column++) {
      line.field(names.getColumnName(column));
    }
    line.end();
  }

  @Override
  public void row(ResultSet row) throws IOException, SQLException {
    for (int column = 1; column <= columns; column++) {
      line.field(ColumnText.of(row, column));
    }
    line.end();
  }

  @Override
  public String leftOut() {
    return "";
  }
}
