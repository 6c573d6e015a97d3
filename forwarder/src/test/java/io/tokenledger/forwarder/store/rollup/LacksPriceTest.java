package io.tokenledger.forwarder.store.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.pricing.UnpricedReason;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A reason that is added in Java has to be judged alike in SQL. */
@ExtendWith(PostgresExtension.class)
class LacksPriceTest {
  @Test
  void javaAndPostgresJudgeEachReasonAlike(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      try (Connection connection = database.connect();
          PreparedStatement query =
              connection.prepareStatement("SELECT token_ledger.lacks_price(?)")) {
        for (UnpricedReason reason : UnpricedReason.values()) {
          RowCost cost = RowCost.unpriced(reason, List.of());
          query.setString(1, cost.unpricedReason());
          try (ResultSet row = query.executeQuery()) {
            row.next();
            assertThat(row.getBoolean(1)).as(reason.name()).isEqualTo(cost.lacksPrice());
          }
        }
      }
    }
  }
}
