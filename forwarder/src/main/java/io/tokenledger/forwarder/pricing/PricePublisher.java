package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keeps {@code token_ledger_prices} complete: each sheet that may price a row is in it. */
public final class PricePublisher {
  private static final String KNOWN =
      "SELECT price_id, valid_until FROM token_ledger.token_ledger_prices"
          + " WHERE content_hash IS NOT NULL";

  /**
   * A sheet never changes; its period can be closed, and an older forwarder wrote fewer columns.
   */
  private static final String INSERT =
      """
      INSERT INTO token_ledger.token_ledger_prices
        (price_id, provider, model, names, region, tier, valid_from, valid_until, currency, rates,
         source, source_date, catalogue, layer, content_hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?)
      ON CONFLICT (price_id) DO UPDATE SET
        valid_until = EXCLUDED.valid_until, names = EXCLUDED.names, currency = EXCLUDED.currency,
        rates = EXCLUDED.rates, source_date = EXCLUDED.source_date, layer = EXCLUDED.layer,
        content_hash = EXCLUDED.content_hash
      """;

  private static final JsonMapper MAPPER = new JsonMapper();

  private PricePublisher() {}

  /**
   * Adds the sheets that the table lacks; of a sheet that is there only the end of its period can
   * change.
   *
   * @return how many sheets were added or closed
   */
  public static int publish(Catalogue catalogue, Connection connection) throws SQLException {
    Map<String, Optional<Instant>> known = known(connection);
    int changed = 0;
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (PriceFile file : catalogue.files()) {
        for (ProviderPrices provider : file.providers()) {
          for (ModelPrices model : provider.models()) {
            for (PriceSheet sheet : model.sheets()) {
              Optional<Instant> end = Optional.ofNullable(sheet.validTo());
              if (!Objects.equals(known.get(sheet.id()), end)) {
                known.put(sheet.id(), end);
                add(insert, connection, file, model, sheet);
                changed++;
              }
            }
          }
        }
      }
      insert.executeBatch();
    }
    return changed;
  }

  private static Map<String, Optional<Instant>> known(Connection connection) throws SQLException {
    Map<String, Optional<Instant>> known = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(KNOWN)) {
      while (rows.next()) {
        known.put(
            rows.getString(1),
            Optional.ofNullable(rows.getObject(2, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant));
      }
    }
    return known;
  }

  private static void add(
      PreparedStatement insert,
      Connection connection,
      PriceFile file,
      ModelPrices model,
      PriceSheet sheet)
      throws SQLException {
    PriceSheet.Key key = sheet.key();
    PriceSheet.Source source = sheet.source();
    insert.setString(1, sheet.id());
    insert.setString(2, key.provider());
    insert.setString(3, key.model());
    insert.setArray(4, connection.createArrayOf("text", model.names().toArray()));
    insert.setString(5, key.region().isEmpty() ? null : key.region());
    insert.setString(6, key.tier());
    setInstant(insert, 7, sheet.validFrom());
    setInstant(insert, 8, sheet.validTo());
    insert.setString(9, sheet.currency());
    insert.setString(10, rates(sheet));
    insert.setString(11, source.name() + (source.note() == null ? "" : ". " + source.note()));
    insert.setObject(12, source.date());
    insert.setString(13, file.name());
    insert.setString(14, file.layer().text());
    insert.setString(15, sheet.contentHash());
    insert.addBatch();
  }

  private static void setInstant(PreparedStatement insert, int index, Instant instant)
      throws SQLException {
    if (instant == null) {
      insert.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
    } else {
      insert.setObject(index, instant.atOffset(ZoneOffset.UTC));
    }
  }

  private static String rates(PriceSheet sheet) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("graduated", sheet.bands().graduated());
    ArrayNode lines = json.putArray("lines");
    sheet.rates().byUnit().forEach((unit, rate) -> line(lines, "unit", unit.text(), 0, rate));
    for (Bands.Band band : sheet.bands().bands()) {
      long above = band.aboveTokens();
      band.rates().byUnit().forEach((unit, rate) -> line(lines, "unit", unit.text(), above, rate));
    }
    sheet.tools().forEach((tool, rate) -> line(lines, "tool", tool, 0, rate));
    return json.toString();
  }

  private static void line(ArrayNode lines, String kind, String name, long above, Rate rate) {
    ObjectNode line = lines.addObject();
    line.put(kind, name);
    if (above > 0) {
      line.put("above_tokens", above);
    }
    line.put("rate", Rate.plain(rate.amount()));
    line.put("per", Rate.plain(java.math.BigDecimal.ONE.movePointRight(rate.perPowerOfTen())));
    if (rate.minQuantity() != null) {
      line.put("min_quantity", Rate.plain(rate.minQuantity()));
    }
    if (rate.quantityStep() != null) {
      line.put("quantity_step", Rate.plain(rate.quantityStep()));
    }
  }
}
