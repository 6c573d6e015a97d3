package io.tokenledger.it.harness;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@code token_ledger_events}, read back as records: what a user of the ledger sees. */
public final class LedgerRows {
  private LedgerRows() {}

  /** The rows of one service, in the order in which its process wrote them. */
  public static List<UsageRecord> ofService(Connection connection, String service)
      throws SQLException {
    String sql =
        "SELECT * FROM token_ledger.token_ledger_events WHERE app_name = ? ORDER BY source_id,"
            + " source_seq";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, service);
      try (ResultSet rows = statement.executeQuery()) {
        List<UsageRecord> records = new ArrayList<>();
        while (rows.next()) {
          UsageRecord.Builder record = UsageRecord.builder();
          for (UsageField<?> field : UsageField.ALL) {
            read(rows, field, record);
          }
          records.add(record.build());
        }
        return records;
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void read(ResultSet row, UsageField<?> field, UsageRecord.Builder record)
      throws SQLException {
    record.set((UsageField<Object>) field, value(row, field));
  }

  private static Object value(ResultSet row, UsageField<?> field) throws SQLException {
    String column = field.columnName();
    switch (field.type()) {
      case INSTANT:
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
      case TEXT_LIST:
        Array array = row.getArray(column);
        return array == null ? null : List.of((String[]) array.getArray());
      case DECIMAL:
        return row.getBigDecimal(column);
      case TEXT, JSON:
        return row.getString(column);
      case LONG:
        return row.getObject(column, Long.class);
      case INT:
        return row.getObject(column, Integer.class);
      case DOUBLE:
        return row.getObject(column, Double.class);
      case BOOLEAN:
        return row.getObject(column, Boolean.class);
      case UUID:
        return row.getObject(column);
      default:
        throw new IllegalStateException("no column type for " + field.type());
    }
  }
}
