package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Rows of {@code token_ledger_dead_letters}. Stateless. */
public final class DeadLetterStore {
  private static final int FETCH = 500;

  /** Bounds the transaction; what is left comes with the next call. */
  private static final int MOST_EXPIRED = 1_000;

  /** The bytes of a dead letter that nobody else works on; null bytes: expired. */
  public record Locked(UUID sourceId, String place, byte[] record) {}

  /**
   * Lists letters in the order of their numbers, in constant memory.
   *
   * @param connection not in autocommit, which would read them all at once
   */
  public void list(Connection connection, Consumer<StoredDeadLetter> target) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT d.dead_letter_id, d.source_id, s.service, d.source_seq, d.place, d.reason,
                   d.sqlstate, octet_length(d.record)::bigint AS bytes, d.recorded_at, d.expired_at
              FROM token_ledger.token_ledger_dead_letters d
              LEFT JOIN token_ledger.token_ledger_sources s USING (source_id)
             ORDER BY d.dead_letter_id
            """)) {
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          target.accept(
              new StoredDeadLetter(
                  row.getLong(1),
                  row.getObject(2, UUID.class),
                  row.getString(3),
                  row.getObject(4, Long.class),
                  row.getString(5),
                  row.getString(6),
                  row.getString(7),
                  row.getObject(8, Long.class),
                  instant(row, 9),
                  instant(row, 10)));
        }
      }
    }
  }

  /** The next numbers above one, ascending. */
  public List<Long> after(Connection connection, long number, int most) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT dead_letter_id FROM token_ledger.token_ledger_dead_letters"
                + " WHERE dead_letter_id > ? ORDER BY dead_letter_id LIMIT ?")) {
      statement.setLong(1, number);
      statement.setInt(2, most);
      try (ResultSet row = statement.executeQuery()) {
        List<Long> numbers = new ArrayList<>();
        while (row.next()) {
          numbers.add(row.getLong(1));
        }
        return numbers;
      }
    }
  }

  /** Takes a letter for this transaction; waits for another that has it. Empty: it is not there. */
  public Optional<Locked> lock(Connection connection, long number) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT source_id, place, record FROM token_ledger.token_ledger_dead_letters"
                + " WHERE dead_letter_id = ? FOR UPDATE")) {
      statement.setLong(1, number);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Locked(row.getObject(1, UUID.class), row.getString(2), row.getBytes(3)))
            : Optional.empty();
      }
    }
  }

  public void remove(Connection connection, long number) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT token_ledger.remove_dead_letter(?)")) {
      statement.setLong(1, number);
      statement.execute();
    }
  }

  /**
   * Removes the bytes of the oldest letters above an age; their rows stay.
   *
   * @return how many
   */
  public int expire(Connection connection, Duration age) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE token_ledger.token_ledger_dead_letters SET record = NULL, expired_at = now()
             WHERE dead_letter_id IN (
               SELECT dead_letter_id FROM token_ledger.token_ledger_dead_letters
                WHERE record IS NOT NULL AND recorded_at < now() - make_interval(secs => ?)
                ORDER BY recorded_at LIMIT ? FOR UPDATE SKIP LOCKED)
            """)) {
      statement.setDouble(1, age.toMillis() / 1000.0);
      statement.setInt(2, MOST_EXPIRED);
      return statement.executeUpdate();
    }
  }

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

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
