package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.forwarder.store.rollup.Verification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a ledger that an older version has filled. */
@ExtendWith(PostgresExtension.class)
class RollupUpgradeTest {
  private static final String BEFORE = "10";

  /** As an older forwarder upserts, in short. */
  private static final String OLD_UPSERT =
      """
      INSERT INTO token_ledger.token_ledger_daily AS d (day, provider, api, model, app_name, environment, team,
        feature, project, cost_center, billed, repeat, calls, charges, errors, partial_calls, input_tokens,
        input_tokens_unknown, output_tokens, output_tokens_unknown, cache_read_tokens,
        cache_read_tokens_unknown, cache_write_tokens, cache_write_tokens_unknown, cost_usd, cost_unknown,
        cost_assumed, duration_ms, duration_unknown)
      VALUES (%s, 'openai', 'openai.chat', 'gpt-4', 'shop', NULL, 'a', NULL, NULL, NULL, true, false, 9, 9, 1, 0,
        100, 2, 50, 0, 0, 9, 0, 9, 0.5, 1, 0, 12.3456789, 3)
      ON CONFLICT (day, provider, api, model, app_name, environment, team, feature, project, cost_center, billed,
        repeat) DO UPDATE SET calls = d.calls + EXCLUDED.calls
      """;

  private PostgresSettings settings;

  @BeforeEach
  void open(PostgresSettings settings) {
    this.settings = settings;
  }

  @Test
  void daysAreRecomputedFromTheirRowsAndKeptWhereTheRowsAreGone() throws SQLException {
    migrateTo(BEFORE);
    try (Database database = Database.open(settings)) {
      writeRows(database, new RandomRows(11).next(400));
      // Of one day all rows are gone, of another the count is short: it began with a later version.
      SchemaMigrationTest.execute(database, OLD_UPSERT.formatted("date '2025-12-31'"));
      SchemaMigrationTest.execute(database, OLD_UPSERT.formatted("date '2026-02-28'"));
      SchemaMigrationTest.execute(
          database, "UPDATE token_ledger.token_ledger_daily SET unpriced = -3, zero_cost = -1");

      database.migrate();

      List<String> differences = new ArrayList<>();
      new Verification(database)
          .run(LocalDate.parse("2026-01-01"), null, found -> differences.add(found.toString()));
      assertThat(differences).isEmpty();
      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT concat_ws('|', provider, model, team, calls, errors, input_tokens, cost_usd, unpriced,"
                      + " zero_cost, reasoning_tokens, reasoning_tokens_unknown, list_cost_unknown, duration_ms)"
                      + " FROM token_ledger.token_ledger_daily_sums WHERE day = '2025-12-31'"))
          .containsExactly("openai|gpt-4|a|9|1|100|0.5|0|0|0|9|9|12.346");
      assertThat(
              SchemaMigrationTest.query(
                  database, "SELECT sum(calls) FROM token_ledger.token_ledger_hourly_sums"))
          .containsExactly("400");
    }
  }

  @Test
  void theNextBatchAddsToWhatTheUpgradeFilled() throws SQLException {
    migrateTo(BEFORE);
    RandomRows random = new RandomRows(12);
    try (Database database = Database.open(settings)) {
      writeRows(database, random.next(200));
      database.migrate();

      RandomRows.write(database, random.next(200), new Shard(0));

      List<String> differences = new ArrayList<>();
      new Verification(database).run(null, null, found -> differences.add(found.toString()));
      assertThat(differences).isEmpty();
    }
  }

  @Test
  void anOlderForwarderThatStillRunsFailsBeforeItCommits() throws SQLException {
    try (Database database = Database.open(settings)) {
      database.migrate();

      assertThatThrownBy(
              () ->
                  SchemaMigrationTest.execute(database, OLD_UPSERT.formatted("date '2026-02-28'")))
          .isInstanceOf(SQLException.class)
          .satisfies(
              failure ->
                  assertThat(PostgresErrors.isDataError((SQLException) failure))
                      .as("taken for a poisonous record: %s", failure)
                      .isFalse());
    }
  }

  private static void writeRows(Database database, List<EventRow> rows) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Partitions.ensure(connection, rows.stream().map(EventRow::timestamp).toList());
      new EventCopyWriter().write(connection, rows);
      connection.commit();
    }
  }

  private void migrateTo(String version) {
    Flyway.configure()
        .dataSource(settings.url(), settings.user(), settings.password())
        .schemas(SchemaMigration.SCHEMA)
        .defaultSchema(SchemaMigration.SCHEMA)
        .locations("classpath:db/migration")
        .target(version)
        .load()
        .migrate();
  }
}
