package io.tokenledger.forwarder.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;

/** A column's value as text: ISO 8601 in UTC, plain exact decimals, JSON for lists. */
final class ColumnText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ColumnText() {}

  /** Null where the column is. */
  static String of(ResultSet row, int column) throws SQLException {
    switch (row.getMetaData().getColumnType(column)) {
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE:
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant().toString();
      case Types.NUMERIC:
        return plain(row.getBigDecimal(column));
      case Types.BIT, Types.BOOLEAN:
        boolean value = row.getBoolean(column);
        return row.wasNull() ? null : String.valueOf(value);
      case Types.ARRAY:
        return list(row.getArray(column));
      default:
        return row.getString(column);
    }
  }

  static String plain(BigDecimal value) {
    if (value == null) {
      return null;
    }
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static String list(Array array) throws SQLException {
    if (array == null) {
      return null;
    }
    ArrayNode list = JSON.createArrayNode();
    for (Object element : (Object[]) array.getArray()) {
      list.add(element == null ? null : element.toString());
    }
    return list.toString();
  }
}
