package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.PriceFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Price files that users load; each load is a version, and none is ever changed. */
public final class PriceFileStore {
  private static final String NEWEST =
      """
      SELECT DISTINCT ON (layer, name) layer, name, version, loaded_at, content IS NULL AS removed,
        content_hash
      FROM token_ledger.token_ledger_price_files
      ORDER BY layer, name, version DESC
      """;

  /** A file as it stands. */
  public record Entry(
      String layer, String name, long version, Instant loadedAt, boolean removed, String hash) {}

  private PriceFileStore() {}

  /**
   * Loads a file; the same content again changes nothing.
   *
   * @return whether there is a new version
   */
  public static boolean load(Connection connection, PriceFile file) throws SQLException {
    String hash = hash(file.content());
    for (Entry entry : list(connection)) {
      boolean same = entry.layer().equals(file.layer().text()) && entry.name().equals(file.name());
      if (same && !entry.removed() && hash.equals(entry.hash())) {
        return false;
      }
    }
    insert(connection, file.layer().text(), file.name(), file.content(), hash);
    return true;
  }

  /** Takes a file out of use; what it priced keeps its sheets. */
  public static boolean remove(Connection connection, String layer, String name)
      throws SQLException {
    for (Entry entry : list(connection)) {
      if (entry.layer().equals(layer) && entry.name().equals(name) && !entry.removed()) {
        insert(connection, layer, name, null, null);
        return true;
      }
    }
    return false;
  }

  /** The newest version of each file, removed ones included. */
  public static List<Entry> list(Connection connection) throws SQLException {
    List<Entry> entries = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(NEWEST)) {
      while (rows.next()) {
        entries.add(
            new Entry(
                rows.getString("layer"),
                rows.getString("name"),
                rows.getLong("version"),
                rows.getTimestamp("loaded_at").toInstant(),
                rows.getBoolean("removed"),
                rows.getString("content_hash")));
      }
    }
    return entries;
  }

  private static void insert(
      Connection connection, String layer, String name, String content, String hash)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO token_ledger.token_ledger_price_files (layer, name, content, content_hash)"
                + " VALUES (?, ?, ?, ?)")) {
      insert.setString(1, layer);
      insert.setString(2, name);
      insert.setString(3, content);
      insert.setString(4, hash);
      insert.executeUpdate();
    }
  }

  private static String hash(String content) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
