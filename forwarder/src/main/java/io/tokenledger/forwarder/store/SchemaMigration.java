package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedSet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Applies the SQL steps under {@code db/migration} in order, once each, on connections of its own:
 * what runs them leaves session state behind, which a pooler must not hand to others.
 */
final class SchemaMigration {
  static final String SCHEMA = "token_ledger";

  /** Step 2 as it was released with a constraint that Postgres 14 cannot make. */
  private static final int FORMER_STEP_2 = 2006293805;

  private static final int STEP_2 = -1880124232;

  private final PostgresSettings settings;
  private final SortedSet<Integer> known = MigrationSteps.known();

  SchemaMigration(PostgresSettings settings) {
    this.settings = settings;
  }

  /**
   * Makes sure that the schema serves this version.
   *
   * @param connection any that may read the ledger
   * @throws StoreException when the schema is older and may not be changed, or admits only later
   *     forwarders
   */
  MigrationResult run(Connection connection, MigrateMode mode) throws SQLException {
    SchemaState before = SchemaState.read(connection);
    before.requireAdmitted(known, settings);
    if (before.holds(known)) {
      return new MigrationResult(0, Integer.toString(before.version()));
    }
    if (mode == MigrateMode.CHECK) {
      throw new StoreException(
          "The schema token_ledger at "
              + settings.place()
              + " is at version "
              + before.version()
              + ", this forwarder needs "
              + known.last()
              + ", and `migrate: check` lets it change nothing: run `migrate` as the owner of the"
              + " schema first.");
    }
    return migrate();
  }

  /**
   * Gives a role exactly the rights of its kind.
   *
   * @throws StoreException when there is no such role, or this one may not grant
   */
  void grant(String role, RoleGrants.Kind kind) {
    PostgresSettings direct = settings.direct();
    try (Connection connection = source(direct).getConnection()) {
      if (!RoleGrants.exists(connection, role)) {
        throw new StoreException(
            "Postgres at "
                + direct.place()
                + " has no role '"
                + role
                + "': create it first (CREATE ROLE ... LOGIN PASSWORD ...).");
      }
      connection.setAutoCommit(false);
      RoleGrants.revoke(connection, role);
      RoleGrants.note(connection, role, kind);
      RoleGrants.apply(connection);
      connection.commit();
    } catch (SQLException failure) {
      throw PostgresErrors.explain(failure, direct);
    }
  }

  private static PGSimpleDataSource source(PostgresSettings direct) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    try {
      source.setURL(direct.url());
    } catch (IllegalArgumentException unreadable) {
      throw new StoreException(
          "The driver cannot read the URL " + direct.place() + " of postgres.migrate_url.");
    }
    if (direct.user() != null) {
      source.setUser(direct.user());
    }
    if (direct.password() != null) {
      source.setPassword(direct.password());
    }
    source.setApplicationName("tokenledger-migrate");
    return source;
  }

  private MigrationResult migrate() {
    PostgresSettings direct = settings.direct();
    PGSimpleDataSource source = source(direct);
    try (Connection connection = source.getConnection()) {
      requireNoPooler(connection, direct);
      acceptFormerStep(connection);
    } catch (SQLException failure) {
      throw PostgresErrors.explain(failure, direct);
    }
    int applied;
    try {
      applied =
          Flyway.configure(SchemaMigration.class.getClassLoader())
              .dataSource(source)
              .schemas(SCHEMA)
              .defaultSchema(SCHEMA)
              .locations("classpath:" + MigrationSteps.LOCATION)
              .cleanDisabled(true)
              .load()
              .migrate()
              .migrationsExecuted;
    } catch (FlywayException failure) {
      throw PostgresErrors.explain(failure, direct);
    }
    try (Connection connection = source.getConnection()) {
      RoleGrants.apply(connection);
    } catch (SQLException failure) {
      throw PostgresErrors.explain(failure, direct);
    }
    return new MigrationResult(applied, Integer.toString(known.last()));
  }

  /** A pooler makes up the process id that it tells clients. */
  private void requireNoPooler(Connection connection, PostgresSettings direct) throws SQLException {
    if (settings.migrateUrl() != null) {
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      if (row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID()) {
        throw new StoreException(
            "Postgres at "
                + direct.place()
                + " is reached through a pooler, which changes of the schema must not use: set"
                + " postgres.migrate_url to the address of Postgres itself.");
      }
    }
  }

  private static void acceptFormerStep(Connection connection) throws SQLException {
    if (!SchemaState.read(connection).steps().contains(2)) {
      return;
    }
    try (PreparedStatement accept =
        connection.prepareStatement(
            "UPDATE token_ledger.flyway_schema_history SET checksum = ?"
                + " WHERE version = '2' AND checksum = ?")) {
      accept.setInt(1, STEP_2);
      accept.setInt(2, FORMER_STEP_2);
      accept.executeUpdate();
    }
  }
}
