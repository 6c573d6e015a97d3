package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;

/** Writes {@code token_ledger_gaps}. Stateless. */
final class GapStore {
  void write(Connection connection, List<Gap> gaps) throws SQLException {
    if (gaps.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO token_ledger.token_ledger_gaps
              (source_id, kind, reason, missing, first_seq, last_seq, first_at, last_at, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (Gap gap : gaps) {
        statement.setObject(1, gap.sourceId());
        statement.setString(2, gap.kind());
        statement.setString(3, gap.reason());
        statement.setObject(4, gap.missing(), Types.BIGINT);
        statement.setObject(5, gap.firstSeq(), Types.BIGINT);
        statement.setObject(6, gap.lastSeq(), Types.BIGINT);
        statement.setTimestamp(7, timestamp(gap.firstAt()));
        statement.setTimestamp(8, timestamp(gap.lastAt()));
        statement.setString(9, gap.detail());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static Timestamp timestamp(Instant instant) {
    return instant == null ? null : Timestamp.from(instant);
  }
}
