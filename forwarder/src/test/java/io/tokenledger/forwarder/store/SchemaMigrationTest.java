package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class SchemaMigrationTest {
  @Test
  void makesTheSchemaOnceAndThenLeavesItAlone(PostgresSettings settings) {
    try (Database database = Database.open(settings)) {
      assertThat(database.migrate().applied()).isPositive();
      assertThat(database.migrate().applied()).isZero();
    }
  }

  @Test
  void refusesASchemaOfANewerForwarder(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      execute(
          database,
          "INSERT INTO token_ledger.flyway_schema_history (installed_rank, version, description, type,"
              + " script, installed_by, execution_time, success)"
              + " VALUES (1000, '999', 'later', 'SQL', 'V999__later.sql', 'x', 1, true)");

      assertThatThrownBy(database::migrate)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("version 999, newer than this forwarder knows");
    }
  }

  @Test
  void makesThePartitionOfAMonthOnce(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();

      assertThat(query(database, "SELECT token_ledger.ensure_partition('2026-02-28')"))
          .containsExactly("t");
      assertThat(query(database, "SELECT token_ledger.ensure_partition('2026-02-01')"))
          .containsExactly("f");
      execute(
          database,
          "INSERT INTO token_ledger.token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq)"
              + " VALUES (gen_random_uuid(), '2026-02-28 23:59:59.999999+00', now(), gen_random_uuid(), 0)");
      assertThat(query(database, "SELECT tableoid::regclass FROM token_ledger.token_ledger_events"))
          .containsExactly("token_ledger_events_2026_02");
    }
  }

  @Test
  void droppingAPartitionRaisesTheRetentionFloor(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      query(database, "SELECT token_ledger.ensure_partition('2026-02-01')");

      assertThat(query(database, "SELECT token_ledger.drop_partition('2026-02-15')"))
          .containsExactly("t");

      assertThat(query(database, "SELECT floor FROM token_ledger.token_ledger_retention"))
          .containsExactly("2026-03-01 00:00:00+00");
    }
  }

  @Test
  void everyColumnHasACommentAndALineInTheDocumentation(PostgresSettings settings)
      throws Exception {
    String page = Files.readString(Path.of("..", "docs", "schema.md"));
    try (Database database = Database.open(settings)) {
      database.migrate();
      List<String> columns =
          query(
              database,
              "SELECT c.relname || '|' || a.attname || '|' || COALESCE(col_description(c.oid, a.attnum), '')"
                  + " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                  + " WHERE c.relnamespace = 'token_ledger'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
                  + " AND a.attnum > 0 AND NOT a.attisdropped AND c.relname LIKE 'token_ledger%'");

      assertThat(columns).hasSizeGreaterThan(200);
      for (String column : columns) {
        String[] parts = column.split("\\|", 3);
        assertThat(parts[2]).as("comment of %s.%s", parts[0], parts[1]).isNotBlank();
        assertThat(sectionOf(page, parts[0]))
            .as("docs/schema.md, section %s", parts[0])
            .contains("| `" + parts[1] + "` |");
      }
    }
  }

  private static String sectionOf(String page, String relation) {
    int start = (page + "\n").indexOf("\n## " + relation);
    assertThat(start).as("docs/schema.md has a section %s", relation).isNotNegative();
    int end = page.indexOf("\n## ", start + 4);
    return page.substring(start, end < 0 ? page.length() : end);
  }

  static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static List<String> query(Database database, String sql) throws SQLException {
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
}
