package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A migrated ledger to drain into, and questions to it. */
final class Ledger implements AutoCloseable {
  /** One cent for each call. */
  static final PriceSource ONE_CENT =
      connection ->
          usage ->
              new RowCost(
                  new BigDecimal("0.01"),
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  "catalogue",
                  "p",
                  List.of(),
                  null,
                  null);

  final Database database;

  Ledger(PostgresSettings settings) {
    database = Database.open(settings);
    database.migrate();
  }

  Drain drain(Path queues) {
    return drain(
        queues, new DrainSettings(queues, Duration.ofHours(24), true, Duration.ofSeconds(5)));
  }

  Drain drain(Path queues, DrainSettings settings) {
    return new Drain(database, ONE_CENT, settings);
  }

  DrainSummary drainAll(Path queues) {
    try (Drain drain = drain(queues)) {
      return drain.drainAll();
    }
  }

  /** The first column of the answer, as text. */
  List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  List<String> seqs() throws SQLException {
    return query("SELECT source_seq FROM token_ledger_events ORDER BY source_seq");
  }

  @Override
  public void close() {
    database.close();
  }
}
