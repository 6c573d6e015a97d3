package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the pool learns from its first connection, or does not. */
@ExtendWith(PostgresExtension.class)
class FirstConnectionTest {
  @Test
  void oneThatBreaksWhileThePoolLooksAtItSpoilsNoneAfterIt(PostgresSettings postgres)
      throws Exception {
    try (CuttingProxy proxy = new CuttingProxy(postgres)) {
      proxy.cutAt("SHOW TRANSACTION ISOLATION LEVEL", false);
      try (Database database = Database.unconnected(proxy.settings())) {
        try {
          database.connect().close();
        } catch (StoreException broken) {
          assertThat(broken.isPassing()).isTrue();
        }

        try (Connection connection = database.connect()) {
          assertThat(connection.isValid(5)).isTrue();
        }
      }
      assertThat(proxy.hasCut()).isTrue();
    }
  }
}
