package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes rows by binary COPY, in constant memory. Not thread-safe. */
final class EventCopyWriter {
  private static final int FLUSH_BYTES = 64 * 1024;

  private static final String COPY =
      "COPY token_ledger.token_ledger_events ("
          + String.join(", ", EventColumns.NAMES)
          + ") FROM STDIN (FORMAT binary)";

  private final BinaryCopyEncoder encoder = new BinaryCopyEncoder();

  /** Writes the rows within the connection's transaction. */
  void write(Connection connection, List<EventRow> rows) throws SQLException {
    write(connection, rows, row -> {});
  }

  /**
   * As {@link #write(Connection, List)}.
   *
   * @param written is given each row once it is encoded
   */
  void write(Connection connection, List<EventRow> rows, Consumer<EventRow> written)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
    try {
      encoder.clear();
      encoder.header();
      for (EventRow row : rows) {
        encoder.row(EventColumns.NAMES.size());
        EventColumns.write(encoder, row);
        written.accept(row);
        if (encoder.size() >= FLUSH_BYTES) {
          flush(copy);
        }
      }
      encoder.trailer();
      flush(copy);
      copy.endCopy();
    } catch (SQLException | RuntimeException failure) {
      cancel(copy, failure);
      throw failure;
    }
  }

  /** What the server said decides what becomes of the rows: nothing may take its place. */
  private static void cancel(CopyIn copy, Exception failure) {
    try {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    } catch (SQLException more) {
      failure.addSuppressed(more);
    }
  }

  private void flush(CopyIn copy) throws SQLException {
    copy.writeToCopy(encoder.buffer(), 0, encoder.size());
    encoder.clear();
  }
}
