package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class WriterRoleTest {
  @Test
  void aRoleThatMayNotMakeTablesStillGetsItsPartitions(PostgresSettings owner) throws SQLException {
    String writer = "writer_" + UUID.randomUUID().toString().replace("-", "");
    try (Database database = Database.open(owner)) {
      database.migrate();
      SchemaMigrationTest.execute(
          database,
          "CREATE ROLE "
              + writer
              + " LOGIN PASSWORD 'w'; GRANT USAGE ON SCHEMA token_ledger TO "
              + writer
              + "; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA token_ledger TO "
              + writer
              + "; GRANT EXECUTE ON FUNCTION token_ledger.ensure_partition(date) TO "
              + writer);
    }
    try (Database database = Database.open(new PostgresSettings(owner.url(), writer, "w"))) {
      assertThat(SchemaMigrationTest.query(database, "SELECT ensure_partition('2026-02-01')"))
          .containsExactly("t");
      SchemaMigrationTest.execute(
          database,
          "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq)"
              + " VALUES (gen_random_uuid(), '2026-02-10', now(), gen_random_uuid(), 0)");
      assertThat(SchemaMigrationTest.query(database, "SELECT count(*) FROM token_ledger_events"))
          .containsExactly("1");
    }
  }

  @Test
  void aTableThatAMigrationAddsIsOpenToTheRolesOfTheOthers(PostgresSettings owner)
      throws SQLException {
    String writer = "writer_" + UUID.randomUUID().toString().replace("-", "");
    try (Database database = Database.open(owner)) {
      database.migrate();
      SchemaMigrationTest.execute(
          database,
          "CREATE ROLE "
              + writer
              + "; GRANT SELECT, INSERT ON token_ledger.token_ledger_daily TO "
              + writer
              + "; CREATE TABLE token_ledger.added (x int);"
              + " SELECT token_ledger.copy_grants('token_ledger.token_ledger_daily', 'token_ledger.added')");

      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT right_ || ' ' || has_table_privilege('"
                      + writer
                      + "', 'token_ledger.added', right_)"
                      + " FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_"))
          .containsExactly("SELECT true", "INSERT true", "UPDATE false", "DELETE false");
    }
  }
}
