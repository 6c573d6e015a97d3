package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import io.tokenledger.forwarder.pricing.PricePublisher;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class StoredPricesTest {
  private static final String OFFER =
      """
      name: offer
      layer: override
      prices:
      - provider: local
        currency: USD
        sources: { mine: { name: "offer 7", date: "2026-11-01" } }
        tiers: { standard: standard }
        models:
        - model: one
          periods: [ { source: mine, rates: { standard: { input: "%s" } } } ]
      """;

  private static final UsageRecord USAGE =
      UsageRecord.builder()
          .set(UsageField.TIMESTAMP, Instant.parse("2026-11-21T12:00:00Z"))
          .set(UsageField.PROVIDER, "local")
          .set(UsageField.MODEL, "one")
          .set(UsageField.INPUT_TOKENS, 1_000_000L)
          .build();

  @Test
  void noticesAChangeOfPricesWithTheNextTransaction(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      StoredPrices running = new StoredPrices(Catalogue.builtIn(), notice -> {});

      assertThat(price(running, database).unpricedReason()).isEqualTo("unknown_model");
      load(database, OFFER.formatted("2"));
      assertThat(price(running, database).costUsd()).isEqualByComparingTo("2");
      load(database, OFFER.formatted("3"));
      assertThat(price(running, database).costUsd()).isEqualByComparingTo("3");
      try (Connection connection = database.connect()) {
        assertThat(PriceFileStore.remove(connection, "override", "offer")).isTrue();
      }
      assertThat(price(running, database).unpricedReason()).isEqualTo("unknown_model");
    }
  }

  @Test
  void keepsTheLastGoodPricesWhenALaterVersionWroteSomethingElse(PostgresSettings settings)
      throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      List<String> notices = new ArrayList<>();
      StoredPrices running = new StoredPrices(Catalogue.builtIn(), notices::add);
      load(database, OFFER.formatted("2"));
      price(running, database);
      SchemaMigrationTest.execute(
          database,
          "INSERT INTO token_ledger.token_ledger_price_files (layer, name, content)"
              + " VALUES ('override', 'offer', 'name: offer\nlayer: override\nnovelty: 1')");

      assertThat(price(running, database).costUsd()).isEqualByComparingTo("2");
      assertThat(price(running, database).costUsd()).isEqualByComparingTo("2");
      assertThat(notices)
          .singleElement()
          .asString()
          .contains("'novelty', which means nothing here", "The prices before it stay in use.");
    }
  }

  @Test
  void loadsTheSameContentOnce(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();

      assertThat(load(database, OFFER.formatted("2"))).isTrue();
      assertThat(load(database, OFFER.formatted("2"))).isFalse();
      assertThat(load(database, OFFER.formatted("3"))).isTrue();
    }
  }

  @Test
  void publishesEachSheetOnceAndItsRatesAsRows(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      load(database, OFFER.formatted("2.50"));
      try (Connection connection = database.connect()) {
        Catalogue catalogue = StoredPrices.read(Catalogue.builtIn(), connection);
        assertThat(PricePublisher.publish(catalogue, connection)).isGreaterThan(100);
        assertThat(PricePublisher.publish(catalogue, connection)).isZero();
      }

      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT concat_ws('|', unit, rate, per, layer, source_date, currency, valid_from)"
                      + " FROM token_ledger_price_rates WHERE provider = 'local'"))
          .containsExactly("input|2.5|1000000|override|2026-11-01|USD");
      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT count(*) FROM token_ledger_prices WHERE length(content_hash) <> 64"))
          .containsExactly("0");
    }
  }

  private static boolean load(Database database, String content) throws SQLException {
    PriceFile file = PriceFileReader.read("offer.yml", content);
    try (Connection connection = database.connect()) {
      return PriceFileStore.load(connection, file);
    }
  }

  private static RowCost price(StoredPrices prices, Database database) throws SQLException {
    try (Connection connection = database.connect()) {
      return prices.current(connection).price(USAGE);
    }
  }
}
