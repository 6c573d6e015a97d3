package io.tokenledger.it.overhead;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rows of the ledger in a file, and {@code psql} that copies them back. */
final class PsqlCopy {
  private static final String TABLE = "token_ledger.token_ledger_events";
  private static final Pattern TIME = Pattern.compile("Time: ([0-9.]+) ms");

  private final PostgresSettings server;
  private final Path file;

  PsqlCopy(PostgresSettings server, Path file) {
    this.server = server;
    this.file = file;
  }

  /** Writes all rows to the file; how many they are. */
  long export(Database database) throws SQLException, IOException, InterruptedException {
    psql("\\copy (SELECT * FROM " + TABLE + ") TO '" + file + "' (FORMAT binary)");
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + TABLE)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Copies the file into the table; the seconds by psql's own clock, without its start. */
  double copy() throws IOException, InterruptedException {
    Matcher time = TIME.matcher(psql("\\copy " + TABLE + " FROM '" + file + "' (FORMAT binary)"));
    if (!time.find()) {
      throw new IllegalStateException("psql did not say how long it took");
    }
    return Double.parseDouble(time.group(1)) / 1e3;
  }

  private String psql(String command) throws IOException, InterruptedException {
    URI address = URI.create(server.url().substring("jdbc:".length()));
    ProcessBuilder builder =
        new ProcessBuilder(
            "psql",
            "-X",
            "-h",
            address.getHost(),
            "-p",
            String.valueOf(address.getPort()),
            "-U",
            server.user(),
            "-d",
            address.getPath().substring(1),
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "\\timing on",
            "-c",
            command);
    builder.environment().put("PGPASSWORD", server.password());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    return said;
  }
}
