package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;

/** Keeps {@code token_ledger_prices} complete: each sheet that may price a row is in it. */
public final class PricePublisher {
  private static final String INSERT =
      """
      INSERT INTO token_ledger.token_ledger_prices
        (price_id, provider, model, region, tier, valid_from, valid_until, rates, source, catalogue)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
      ON CONFLICT (price_id) DO UPDATE SET valid_until = EXCLUDED.valid_until
      WHERE token_ledger_prices.valid_until IS DISTINCT FROM EXCLUDED.valid_until
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
    int changed = 0;
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (PriceSheet sheet : catalogue.sheets()) {
        insert.setString(1, sheet.id());
        insert.setString(2, sheet.provider());
        insert.setString(3, sheet.model());
        insert.setString(4, sheet.region().isEmpty() ? null : sheet.region());
        insert.setString(5, sheet.tier());
        setInstant(insert, 6, sheet.validFrom());
        setInstant(insert, 7, sheet.validTo());
        insert.setString(8, rates(sheet));
        insert.setString(9, sheet.source() + (sheet.note() == null ? "" : ". " + sheet.note()));
        insert.setString(10, "built in, sources of " + sheet.sourceDate());
        insert.addBatch();
      }
      for (int count : insert.executeBatch()) {
        changed += Math.max(count, 0);
      }
    }
    return changed;
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
    json.put("currency", sheet.currency());
    put(json.putObject("per_million_tokens"), sheet.rates());
    if (sheet.band() != null) {
      ObjectNode band = json.putObject("long_input");
      band.put("above_input_tokens", sheet.band().aboveInputTokens());
      put(band.putObject("per_million_tokens"), sheet.band().rates());
    }
    ObjectNode tools = json.putObject("per_call");
    sheet.tools().forEach((tool, rate) -> tools.put(tool, text(rate)));
    return json.toString();
  }

  private static void put(ObjectNode json, Rates rates) {
    rates.perMillion().forEach((unit, rate) -> json.put(unit.text(), text(rate)));
  }

  private static String text(BigDecimal rate) {
    return rate.stripTrailingZeros().toPlainString();
  }
}
