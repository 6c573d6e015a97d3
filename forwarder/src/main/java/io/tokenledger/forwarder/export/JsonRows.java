package io.tokenledger.forwarder.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;

/** All columns of the events as JSON Lines: null for what is not known, exact numbers. */
final class JsonRows implements RowWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Writer out;
  private String[] names;
  private int[] types;
  private boolean[] json;

  JsonRows(Writer out) {
    this.out = out;
  }

  @Override
  public void begin(ResultSet result) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    names = new String[columns.getColumnCount()];
    types = new int[names.length];
    json = new boolean[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnName(i + 1);
      types[i] = columns.getColumnType(i + 1);
      json[i] = columns.getColumnTypeName(i + 1).equals("jsonb") || types[i] == Types.ARRAY;
    }
  }

  @Override
  public void row(ResultSet row) throws IOException, SQLException {
    try (JsonGenerator object = FACTORY.createGenerator(out)) {
      object.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      object.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      object.writeStartObject();
      for (int i = 0; i < names.length; i++) {
        object.writeFieldName(names[i]);
        String text = ColumnText.of(row, i + 1);
        if (text == null) {
          object.writeNull();
        } else if (json[i]) {
          object.writeRawValue(text);
        } else {
          switch (types[i]) {
            case Types.NUMERIC, Types.BIGINT, Types.INTEGER -> object.writeNumber(text);
            case Types.DOUBLE -> object.writeNumber(row.getDouble(i + 1));
            case Types.BIT, Types.BOOLEAN -> object.writeBoolean(row.getBoolean(i + 1));
            default -> object.writeString(text);
          }
        }
      }
      object.writeEndObject();
    }
    out.write('\n');
  }

  @Override
  public String leftOut() {
    return "";
  }
}
