package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class SchemaMigrationTest {
  private static final String LATER_STEP =
      "INSERT INTO token_ledger.flyway_schema_history (installed_rank, version, description, type,"
          + " script, installed_by, execution_time, success)"
          + " VALUES (1000, '999', 'later', 'SQL', 'V999__later.sql', 'x', 1, true)";

  @Test
  void makesTheSchemaOnceAndThenLeavesItAlone(PostgresSettings settings) {
    try (Database database = Database.open(settings)) {
      assertThat(database.migrate().applied()).isPositive();
      assertThat(database.migrate().applied()).isZero();
    }
  }

  @Test
  void usesALaterSchemaThatAdmitsThisForwarder(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      execute(database, LATER_STEP + "; ALTER TABLE token_ledger_events ADD COLUMN later text");

      assertThat(database.migrate()).isEqualTo(new MigrationResult(0, "999"));
      assertThat(database.migrate(MigrateMode.CHECK)).isEqualTo(new MigrationResult(0, "999"));
      database.requireAdmitted();
    }
  }

  @Test
  void refusesALaterSchemaThatAdmitsOnlyLaterForwarders(PostgresSettings settings)
      throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();
      execute(
          database,
          LATER_STEP
              + "; UPDATE token_ledger_compatibility SET oldest_step = 998, oldest_release = '7.1.0'");

      assertThatThrownBy(database::migrate)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is at version 999 and admits forwarders from release 7.1.0 on")
          .hasMessageContaining("update it");
      assertThatThrownBy(database::requireAdmitted).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void changesNothingWhereItMayOnlyCheck(PostgresSettings settings) throws SQLException {
    try (Database database = Database.open(settings)) {
      assertThatThrownBy(() -> database.migrate(MigrateMode.CHECK))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is at version 0, this forwarder needs")
          .hasMessageContaining("run `migrate` as the owner");

      assertThat(query(database, "SELECT nspname FROM pg_namespace WHERE nspname = 'token_ledger'"))
          .isEmpty();
    }
  }

  @Test
  void goesOnFromALedgerWhoseSecondStepWasTheFormerOne(
      PostgresSettings settings, @TempDir Path folder) throws Exception {
    assumeTrue(serverMajor(settings) >= 15, "the former step needs Postgres 15");
    migrateAsFormerly(settings, folder);
    try (Database database = Database.open(settings)) {
      query(database, "SELECT ensure_partition('2026-02-01')");
      execute(
          database,
          "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq)"
              + " VALUES (gen_random_uuid(), '2026-02-10', now(), gen_random_uuid(), 0)");

      assertThat(database.migrate().applied()).isPositive();
      assertThat(query(database, "SELECT count(*) FROM token_ledger_events")).containsExactly("1");
      assertThat(database.migrate().applied()).isZero();
    }
  }

  /** Steps 1 to 10 as they were before step 2 had to serve Postgres 14. */
  private static void migrateAsFormerly(PostgresSettings settings, Path folder) throws Exception {
    for (int step : MigrationSteps.known().headSet(11)) {
      Path file = file(step);
      String text = Files.readString(file);
      if (step == 2) {
        text =
            text.substring(0, text.indexOf("\n-- A later step"))
                .replace(
                    "  duration_unknown bigint NOT NULL\n",
                    "  duration_unknown bigint NOT NULL,\n  UNIQUE NULLS NOT DISTINCT\n    (day,"
                        + " provider, api, model, app_name, environment, team, feature, project,"
                        + " cost_center, billed, repeat)\n");
      }
      Files.writeString(folder.resolve(file.getFileName().toString()), text);
    }
    Flyway.configure()
        .dataSource(settings.url(), settings.user(), settings.password())
        .schemas(SchemaMigration.SCHEMA)
        .locations("filesystem:" + folder)
        .load()
        .migrate();
    try (Database database = Database.open(settings)) {
      assertThat(query(database, "SELECT checksum FROM flyway_schema_history WHERE version = '2'"))
          .as("the checksum that such ledgers have")
          .containsExactly("2006293805");
    }
  }

  private static Path file(int step) throws Exception {
    Path resources =
        Path.of(SchemaMigration.class.getResource("/db/migration/V1__events.sql").toURI())
            .getParent();
    try (Stream<Path> files = Files.list(resources)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("V" + step + "__"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static int serverMajor(PostgresSettings settings) throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
      return connection.getMetaData().getDatabaseMajorVersion();
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
