package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class RoleGrantsTest {
  private final String suffix = UUID.randomUUID().toString().replace("-", "");
  private final String writer = "Writer " + suffix;
  private final String reader = "reader_" + suffix;
  private PostgresSettings owner;
  private Database database;

  @BeforeEach
  void open(PostgresSettings owner) throws SQLException {
    this.owner = owner;
    database = Database.open(owner);
    database.migrate();
    SchemaMigrationTest.execute(
        database,
        "CREATE ROLE \""
            + writer
            + "\" LOGIN PASSWORD 'p'; CREATE ROLE "
            + reader
            + " LOGIN PASSWORD 'p'");
    database.grantWriter(writer);
    database.grantReader(reader);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void eachFunctionThatRunsWithTheOwnersRightsIsListedFixesItsSearchPathAndIsClosed()
      throws SQLException {
    List<String> listed = new ArrayList<>(RoleGrants.WRITER_FUNCTIONS);
    listed.addAll(RoleGrants.OWNER_FUNCTIONS);
    assertThat(
            SchemaMigrationTest.query(
                database,
                "SELECT p.proname || '(' || replace(oidvectortypes(p.proargtypes), ', ', ',') || ')'"
                    + " FROM pg_proc p"
                    + " WHERE p.pronamespace = 'token_ledger'::regnamespace AND p.prosecdef"))
        .isSubsetOf(listed)
        .containsAll(RoleGrants.WRITER_FUNCTIONS);
    assertThat(
            SchemaMigrationTest.query(
                database,
                "SELECT p.proname FROM pg_proc p"
                    + " WHERE p.pronamespace = 'token_ledger'::regnamespace"
                    + " AND (p.prosecdef OR p.proname = 'copy_grants')"
                    + " AND (NOT EXISTS (SELECT FROM unnest(p.proconfig) c"
                    + "   WHERE c LIKE 'search_path=pg_catalog, token_ledger, pg_temp')"
                    + " OR p.proacl IS NULL"
                    + " OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"))
        .isEmpty();
  }

  @Test
  void aWriterReadsAllAndDeletesNothing() throws SQLException {
    for (String relation : relations("'r', 'p', 'v'")) {
      assertThat(may(writer, relation, "SELECT")).as(relation).isTrue();
      assertThat(may(writer, relation, "DELETE")).as(relation).isFalse();
      assertThat(may(writer, relation, "TRUNCATE")).as(relation).isFalse();
    }
    for (String table : relations("'r', 'p'")) {
      boolean owners = RoleGrants.OWNER_TABLES.contains(table);
      assertThat(may(writer, table, "INSERT")).as(table).isEqualTo(!owners);
      assertThat(may(writer, table, "UPDATE")).as(table).isEqualTo(!owners);
    }
  }

  @Test
  void aReaderReadsViewsAndWritesNothing() throws SQLException {
    for (String view : relations("'v'")) {
      assertThat(may(reader, view, "SELECT")).as(view).isTrue();
    }
    for (String relation : relations("'r', 'p', 'v'")) {
      for (String right : List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE")) {
        assertThat(may(reader, relation, right)).as(right + " on " + relation).isFalse();
      }
    }
    for (String table : relations("'r', 'p'")) {
      assertThat(may(reader, table, "SELECT")).as(table).isFalse();
    }
    for (String function : RoleGrants.WRITER_FUNCTIONS) {
      assertThatThrownBy(() -> as(reader, "SELECT token_ledger." + call(function)))
          .hasMessageContaining("permission denied for function");
    }
    assertThatThrownBy(() -> as(reader, "CREATE TABLE token_ledger.mine (x int)"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void anAuditorReadsAllAndWritesNothing() throws SQLException {
    database.grantAuditor(reader);

    for (String relation : relations("'r', 'p', 'v'")) {
      assertThat(may(reader, relation, "SELECT")).as(relation).isTrue();
      for (String right : List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE")) {
        assertThat(may(reader, relation, right)).as(right + " on " + relation).isFalse();
      }
    }
    for (String function : RoleGrants.WRITER_FUNCTIONS) {
      assertThatThrownBy(() -> as(reader, "SELECT token_ledger." + call(function)))
          .hasMessageContaining("permission denied for function");
    }
  }

  @Test
  void whatALaterMigrationAddsIsGrantedWithIt() throws SQLException {
    SchemaMigrationTest.execute(
        database,
        "CREATE TABLE token_ledger.token_ledger_added (x int);"
            + " CREATE VIEW token_ledger.token_ledger_added_view AS SELECT 1 AS x");
    try (Connection connection = database.connect()) {
      RoleGrants.apply(connection);
    }

    assertThat(may(writer, "token_ledger_added", "INSERT")).isTrue();
    assertThat(may(reader, "token_ledger_added", "SELECT")).isFalse();
    assertThat(may(reader, "token_ledger_added_view", "SELECT")).isTrue();
  }

  @Test
  void aRoleThatBecomesAReaderLosesWhatAWriterMay() throws SQLException {
    database.grantReader(writer);

    assertThat(may(writer, "token_ledger_events", "INSERT")).isFalse();
    assertThat(may(writer, "token_ledger_charges", "SELECT")).isTrue();
    assertThatThrownBy(() -> as(writer, "SELECT token_ledger.ensure_partition('2026-02-01')"))
        .hasMessageContaining("permission denied for function");
  }

  @Test
  void saysThatThereIsNoSuchRole() {
    assertThatThrownBy(() -> database.grantWriter("nobody_at_all"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has no role 'nobody_at_all': create it first");
  }

  /** A call with a NULL of the right type for each parameter. */
  private static String call(String function) {
    int open = function.indexOf('(');
    return Arrays.stream(function.substring(open + 1, function.length() - 1).split(","))
        .map(type -> "NULL::" + type)
        .collect(Collectors.joining(", ", function.substring(0, open) + "(", ")"));
  }

  private List<String> relations(String kinds) throws SQLException {
    return SchemaMigrationTest.query(
        database,
        "SELECT relname FROM pg_class WHERE relnamespace = 'token_ledger'::regnamespace"
            + " AND NOT relispartition AND relkind IN ("
            + kinds
            + ")");
  }

  private boolean may(String role, String relation, String right) throws SQLException {
    return SchemaMigrationTest.query(
            database,
            "SELECT has_table_privilege('"
                + role
                + "', 'token_ledger."
                + relation
                + "', '"
                + right
                + "')")
        .equals(List.of("t"));
  }

  private void as(String role, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(owner.url(), role, "p");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
