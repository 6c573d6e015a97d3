package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ConnectionLimitTest {
  private static final String BACKENDS =
      "SELECT count(*) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND pid <> pg_backend_pid()";

  @Test
  void aServerWithoutAConnectionLeftIsWaitedFor(PostgresSettings owner) throws SQLException {
    String role = "limited_" + UUID.randomUUID().toString().replace("-", "");
    execute(owner, "CREATE ROLE " + role + " LOGIN PASSWORD 'l' CONNECTION LIMIT 0");
    PostgresSettings limited = new PostgresSettings(owner.url(), role, "l");

    assertThatThrownBy(() -> Database.open(limited).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has no connection left for user '" + role + "'")
        .matches(failure -> ((StoreException) failure).isPassing());

    try (Database database = Database.unconnected(limited)) {
      execute(owner, "ALTER ROLE " + role + " CONNECTION LIMIT 2");
      try (Connection one = database.connect();
          Connection two = database.connect()) {
        assertThat(one.isValid(1) && two.isValid(1)).isTrue();
      }
    }
  }

  @Test
  void aForwarderTakesTwoConnectionsAtMost(PostgresSettings owner) throws Exception {
    try (Database database = Database.open(owner)) {
      List<Connection> held = List.of(database.connect(), database.connect());
      CompletableFuture<Connection> third = CompletableFuture.supplyAsync(database::connect);

      assertThat(backends(owner)).containsExactly("2");
      assertThat(third).isNotDone();

      held.get(0).close();
      third.get(10, TimeUnit.SECONDS).close();
      held.get(1).close();
    }
  }

  private static List<String> backends(PostgresSettings owner) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(owner.url(), owner.user(), owner.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(BACKENDS)) {
      row.next();
      return List.of(row.getString(1));
    }
  }

  private static void execute(PostgresSettings owner, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(owner.url(), owner.user(), owner.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
