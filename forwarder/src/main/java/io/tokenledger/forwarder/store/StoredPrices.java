package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CatalogueException;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.Pricer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The prices in this jar with the files over them that users loaded into the ledger. Each
 * transaction asks for the newest version, so that a forwarder which runs notices a change with its
 * next rows. Not thread-safe, except for {@link #latest()}.
 */
public final class StoredPrices implements PriceSource {
  private static final String VERSION =
      "SELECT COALESCE(max(version), 0) FROM token_ledger.token_ledger_price_files";

  private static final String FILES =
      """
      SELECT name, layer, content FROM (
        SELECT DISTINCT ON (layer, name) version, name, layer, content
        FROM token_ledger.token_ledger_price_files
        ORDER BY layer, name, version DESC) AS newest
      WHERE content IS NOT NULL
      ORDER BY version DESC
      """;

  private final Catalogue builtIn;
  private final Consumer<String> notices;
  private long version = -1;
  private volatile CataloguePricer pricer;

  /**
   * @param notices is told when a loaded file cannot be used; the prices before it stay
   */
  public StoredPrices(Catalogue builtIn, Consumer<String> notices) {
    this.builtIn = builtIn;
    this.notices = notices;
  }

  @Override
  public Pricer current(Connection connection) throws SQLException {
    long newest = version(connection);
    if (newest != version) {
      try {
        pricer = new CataloguePricer(read(builtIn, connection));
      } catch (CatalogueException unusable) {
        if (pricer == null) {
          throw unusable;
        }
        notices.accept(unusable.getMessage() + " The prices before it stay in use.");
      }
      version = newest;
    }
    return pricer;
  }

  @Override
  public Pricer latest() {
    return pricer;
  }

  /**
   * The catalogue that holds now.
   *
   * @throws CatalogueException when a loaded file cannot be used by this version
   */
  public static Catalogue read(Catalogue builtIn, Connection connection) throws SQLException {
    List<PriceFile> files = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(FILES)) {
      while (rows.next()) {
        String name = rows.getString("layer") + " '" + rows.getString("name") + "' in the ledger";
        String content = rows.getString("content");
        // JSON is YAML too, and large imports are JSON: the faster reader takes them.
        String kind = content.startsWith("{") ? ".json" : ".yml";
        files.add(PriceFileReader.read(name + kind, content));
      }
    }
    return builtIn.with(files);
  }

  private static long version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(VERSION)) {
      row.next();
      return row.getLong(1);
    }
  }
}
