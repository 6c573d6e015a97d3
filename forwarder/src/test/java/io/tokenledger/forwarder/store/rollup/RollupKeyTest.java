package io.tokenledger.forwarder.store.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class RollupKeyTest {
  private static final List<String[]> DIMENSIONS =
      List.of(
          new String[] {null, "a"},
          new String[] {"", "a"},
          new String[] {"a", null},
          new String[] {"a", ""},
          new String[] {"", ""},
          new String[] {null, null},
          new String[] {"a", "b"},
          new String[] {"ab", ""},
          new String[] {"", "ab"},
          new String[] {"a"},
          new String[] {"Modèle ü 模型 😀", "x"});

  @Test
  void postgresComputesTheSame(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      try (Connection connection = database.connect();
          PreparedStatement query =
              connection.prepareStatement("SELECT token_ledger.rollup_key(VARIADIC ?::text[])")) {
        for (String[] dimensions : DIMENSIONS) {
          query.setArray(1, connection.createArrayOf("text", dimensions));
          try (ResultSet row = query.executeQuery()) {
            row.next();
            assertThat(new RollupKey(0, dimensions).uuid(RollupKey.sha256()))
                .isEqualTo(row.getObject(1, UUID.class));
          }
        }
      }
    }
  }

  @Test
  void noTwoListsOfValuesShareOne() {
    Set<UUID> keys = new HashSet<>();
    for (String[] dimensions : DIMENSIONS) {
      keys.add(new RollupKey(0, dimensions).uuid(RollupKey.sha256()));
    }
    assertThat(keys).hasSameSizeAs(DIMENSIONS);
  }
}
