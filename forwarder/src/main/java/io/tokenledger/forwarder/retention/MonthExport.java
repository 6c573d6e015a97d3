package io.tokenledger.forwarder.retention;

import io.tokenledger.forwarder.export.ExportFormat;
import io.tokenledger.forwarder.export.LedgerExport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Writes the rows of a month, and what repricing noted of them, to files: a file appears under its
 * name when it is complete and on disk, and never replaces one that says something else. In
 * constant memory.
 */
final class MonthExport {
  private static final int FETCH = 500;
  private static final String ROWS = "token_ledger_events_";
  private static final String REPRICINGS = "token_ledger_repricings_";

  private final Path directory;
  private final ExportFormat format;

  /**
   * A complete file.
   *
   * @param sha256 hex
   */
  record Written(Path file, long rows, String sha256) {}

  MonthExport(Path directory, ExportFormat format) {
    this.directory = directory;
    this.format = format;
  }

  /**
   * Writes the month.
   *
   * @param connection in autocommit, and so again afterwards
   * @throws IOException when there is no room, or another file of that name
   */
  Written write(Connection connection, Partition partition) throws IOException, SQLException {
    Files.createDirectories(directory);
    boolean visible = partition.isVisible();
    String rows =
        "SELECT * FROM "
            + (visible ? "token_ledger.token_ledger_events" : partition.table())
            + " WHERE timestamp >= ? AND timestamp < ? ORDER BY timestamp, event_id";
    String repricings =
        "SELECT * FROM token_ledger.token_ledger_repricings"
            + " WHERE timestamp >= ? AND timestamp < ? ORDER BY timestamp, event_id, repriced_at, run_id";
    // In autocommit the driver would read the whole result at once.
    connection.setAutoCommit(false);
    try {
      if (hasRows(connection, repricings, partition.month())) {
        write(connection, REPRICINGS, repricings, partition.month());
      }
      return write(connection, ROWS, rows, partition.month());
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private Written write(Connection connection, String name, String sql, YearMonth month)
      throws IOException, SQLException {
    Path file =
        directory.resolve(
            name + Partition.suffix(month) + "." + format.name().toLowerCase(Locale.ROOT));
    Path part = file.resolveSibling(file.getFileName() + ".part");
    MessageDigest digest = sha256();
    long rows;
    try (PreparedStatement select = connection.prepareStatement(sql);
        FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      RetentionStore.bindMonth(select, month, 1);
      select.setFetchSize(FETCH);
      Writer out =
          new BufferedWriter(
              new OutputStreamWriter(
                  new DigestOutputStream(Channels.newOutputStream(channel), digest),
                  StandardCharsets.UTF_8));
      try (ResultSet result = select.executeQuery()) {
        rows = LedgerExport.copy(format, result, out);
      }
      out.flush();
      channel.force(true);
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    settle(part, file, sha256);
    return new Written(file, rows, sha256);
  }

  private static boolean hasRows(Connection connection, String sql, YearMonth month)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql + " LIMIT 1")) {
      RetentionStore.bindMonth(select, month, 1);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private void settle(Path part, Path file, String sha256) throws IOException {
    if (Files.exists(file)) {
      String there = sha256(file);
      Files.delete(part);
      if (!there.equals(sha256)) {
        throw new IOException(file + " exists already and holds something else: move it away");
      }
      return;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (DigestOutputStream out =
        new DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest)) {
      Files.copy(file, out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }
}
