package io.tokenledger.forwarder.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;

/** Applies the SQL steps under {@code db/migration} in order, once each. */
final class SchemaMigration {
  static final String SCHEMA = "token_ledger";

  private SchemaMigration() {}

  static MigrationResult run(DataSource dataSource, PostgresSettings settings) {
    try {
      Flyway flyway =
          Flyway.configure(SchemaMigration.class.getClassLoader())
              .dataSource(dataSource)
              .schemas(SCHEMA)
              .defaultSchema(SCHEMA)
              .locations("classpath:db/migration")
              .cleanDisabled(true)
              .load();
      refuseNewer(flyway, settings);
      MigrateResult result = flyway.migrate();
      MigrationInfo current = flyway.info().current();
      return new MigrationResult(
          result.migrationsExecuted, current == null ? "0" : current.getVersion().toString());
    } catch (FlywayException failure) {
      throw PostgresErrors.explain(failure, settings);
    }
  }

  private static void refuseNewer(Flyway flyway, PostgresSettings settings) {
    for (MigrationInfo step : flyway.info().all()) {
      if (step.getState().isApplied() && !step.getState().isResolved()) {
        throw new StoreException(
            "The schema token_ledger at "
                + settings.place()
                + " is at version "
                + step.getVersion()
                + ", newer than this forwarder knows: use the forwarder that made it, or a later"
                + " one.");
      }
    }
  }
}
