package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/** Writes {@code token_ledger_dead_letters}. Stateless. */
final class DeadLetterStore {
  void write(Connection connection, List<DeadLetter> letters) throws SQLException {
    if (letters.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO token_ledger.token_ledger_dead_letters
              (source_id, source_seq, place, reason, sqlstate, record)
            VALUES (?, ?, ?, ?, ?, ?)
            """)) {
      for (DeadLetter letter : letters) {
        statement.setObject(1, letter.sourceId());
        statement.setObject(2, letter.seq(), Types.BIGINT);
        statement.setString(3, letter.place());
        statement.setString(4, letter.reason().replace('\0', ' '));
        statement.setString(5, letter.sqlState());
        statement.setBytes(6, letter.record());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
