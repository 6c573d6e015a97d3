package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.rollup.Rollups;
import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class RepricingTest {
  private static final Catalogue BUILT_IN = Catalogue.builtIn();
  private static final Repricing.Scope NOVEMBER =
      new Repricing.Scope(LocalDate.parse("2026-10-15"), LocalDate.parse("2026-11-20"), null, null);
  private static final Repricing.Mode LOOK = new Repricing.Mode(false, "test", Duration.ZERO);
  private static final Repricing.Mode APPLY = new Repricing.Mode(true, "test", Duration.ZERO);

  /** The view and the rollup must say the same of money, before and after. */
  private static final String ROLLUP_DIFFERS =
      """
      SELECT count(*) FROM (
        SELECT provider, model, sum(cost_usd) AS cost, sum(cost_unknown) AS unknown,
          sum(unpriced) AS unpriced, sum(charges) AS charges
        FROM token_ledger_daily GROUP BY 1, 2) AS daily
      FULL JOIN (
        SELECT provider, model, COALESCE(sum(cost_usd), 0) AS cost,
          count(*) FILTER (WHERE cost_usd IS NULL) AS unknown,
          count(*) FILTER (WHERE unpriced_reason = 'unknown_model') AS unpriced,
          count(*) AS charges
        FROM token_ledger_charges GROUP BY 1, 2) AS charges USING (provider, model)
      WHERE daily.cost IS DISTINCT FROM charges.cost OR daily.unknown <> charges.unknown
        OR daily.unpriced <> charges.unpriced OR daily.charges <> charges.charges
      """;

  @Test
  void looksWithoutChangingAnything(PostgresSettings settings) throws SQLException {
    try (Database database = ledger(settings)) {
      RepricingResult result = repricing(database).run(NOVEMBER, LOOK);

      assertThat(result.looked()).isEqualTo(4);
      assertThat(result.changed()).isEqualTo(3);
      assertThat(result.walBytes()).isPositive();
      assertThat(result.models().get("openai/gpt-5").after()).isEqualByComparingTo("0.009");
      assertThat(result.models().get("local/one").newlyPriced()).isEqualTo(1);
      assertThat(costs(database)).containsExactly("0.00125", null, "0.00318", "0.00125", "0.00125");
    }
  }

  @Test
  void changesRowsAuditAndRollupTogetherAndOnce(PostgresSettings settings) throws SQLException {
    try (Database database = ledger(settings)) {
      assertThat(SchemaMigrationTest.query(database, ROLLUP_DIFFERS)).containsExactly("0");

      RepricingResult first = repricing(database).run(NOVEMBER, APPLY);
      RepricingResult second = repricing(database).run(NOVEMBER, APPLY);

      assertThat(first.changed()).isEqualTo(3);
      assertThat(second.changed()).isZero();
      assertThat(second.looked()).isEqualTo(4);
      // The first two as the override says; the iterations' model too; the October row is as it
      // was before the override begins; the December row is out of the scope.
      assertThat(costs(database))
          .containsExactly("0.009", "0.002", "0.006216", "0.00125", "0.00125");
      assertThat(SchemaMigrationTest.query(database, ROLLUP_DIFFERS)).containsExactly("0");
      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT concat_ws('|', old_cost_usd::numeric(9, 5), new_cost_usd::numeric(9, 5),"
                      + " old_unpriced_reason, reason) FROM token_ledger_repricings ORDER BY 1"))
          .containsExactly(
              "0.00125|0.00900|test", "0.00200|unknown_model|test", "0.00318|0.00622|test");
      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT count(*) FROM token_ledger_events WHERE repriced_at IS NOT NULL"))
          .containsExactly("3");
    }
  }

  @Test
  void whatEndsItHalfWayLeavesWholeChunksAndTheNextRunDoesTheRest(PostgresSettings settings)
      throws SQLException {
    List<UsageRecord> many = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      many.add(usage("2026-11-10T00:00:00Z", "openai", "gpt-5", null));
    }
    try (Database database = ledger(settings, many)) {
      execute(
          database,
          """
          CREATE FUNCTION public.end_it() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF (SELECT count(*) FROM token_ledger.token_ledger_repricings) >= 5000 THEN
              RAISE EXCEPTION 'ended by the test';
            END IF;
            RETURN NULL;
          END $$;
          CREATE TRIGGER ending BEFORE INSERT ON token_ledger.token_ledger_repricings
            FOR EACH STATEMENT EXECUTE FUNCTION public.end_it();
          """);

      assertThatThrownBy(() -> repricing(database).run(NOVEMBER, APPLY))
          .isInstanceOf(StoreException.class);

      assertThat(repriced(database)).containsExactly("5000 5000");
      assertThat(SchemaMigrationTest.query(database, ROLLUP_DIFFERS)).containsExactly("0");
      execute(database, "DROP TRIGGER ending ON token_ledger.token_ledger_repricings");
      assertThat(repricing(database).run(NOVEMBER, APPLY).changed()).isEqualTo(1_000);
      assertThat(repriced(database)).containsExactly("6000 6000");
      assertThat(SchemaMigrationTest.query(database, ROLLUP_DIFFERS)).containsExactly("0");
    }
  }

  @Test
  void leavesTheRowsOfAMonthAloneThatIsClosedWhileItRuns(PostgresSettings settings)
      throws SQLException {
    List<UsageRecord> many = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      many.add(usage("2026-11-10T00:00:00Z", "openai", "gpt-5", null));
    }
    try (Database database = ledger(settings, many)) {
      execute(
          database,
          """
          CREATE FUNCTION public.close_it() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO token_ledger.token_ledger_closed_months (month, events, cost_usd)
            VALUES ('2026-11-01', 6000, 0) ON CONFLICT DO NOTHING;
            RETURN NULL;
          END $$;
          CREATE TRIGGER closing AFTER INSERT ON token_ledger.token_ledger_repricings
            FOR EACH STATEMENT EXECUTE FUNCTION public.close_it();
          """);

      assertThatThrownBy(() -> repricing(database).run(NOVEMBER, APPLY))
          .isInstanceOf(StoreException.class)
          .hasMessageStartingWith("2026-11 was closed meanwhile");

      assertThat(repriced(database)).containsExactly("5000 5000");
      assertThat(SchemaMigrationTest.query(database, ROLLUP_DIFFERS)).containsExactly("0");
    }
  }

  @Test
  void closingAMonthWaitsForRowsThatAreBeingRepriced(PostgresSettings settings) throws Exception {
    try (Database database = ledger(settings);
        Connection repricing = database.connect();
        Connection closing = database.connect()) {
      YearMonth october = YearMonth.parse("2026-10");
      repricing.setAutoCommit(false);
      ClosedMonths.requireOpen(repricing, october.atDay(1), october.atEndOfMonth());
      execute(
          repricing,
          "UPDATE token_ledger.token_ledger_events SET cost_usd = cost_usd + 1"
              + " WHERE timestamp < '2026-11-01 00:00:00+00'");
      CompletableFuture<ClosedMonths.Closed> closed =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return ClosedMonths.close(closing, october);
                } catch (SQLException failure) {
                  throw new IllegalStateException(failure);
                }
              });
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (number(repricing, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
        assertThat(System.nanoTime()).as("it waits").isLessThan(deadline);
        LockSupport.parkNanos(20_000_000);
      }
      repricing.commit();

      assertThat(closed.get(60, TimeUnit.SECONDS).costUsd()).isEqualByComparingTo("1.00125");
      assertThatThrownBy(
              () -> ClosedMonths.requireOpen(repricing, october.atDay(1), october.atEndOfMonth()))
          .isInstanceOf(StoreException.class);
    }
  }

  @Test
  void limitsItselfToAModel(PostgresSettings settings) throws SQLException {
    try (Database database = ledger(settings)) {
      Repricing.Scope scope = new Repricing.Scope(NOVEMBER.from(), NOVEMBER.to(), "local", "one");

      assertThat(repricing(database).run(scope, APPLY).looked()).isEqualTo(1);
      assertThat(costs(database))
          .containsExactly("0.00125", "0.002", "0.00318", "0.00125", "0.00125");
    }
  }

  @Test
  void closesAMonthOnceAndOpensItOnDemand(PostgresSettings settings) throws SQLException {
    try (Database database = ledger(settings);
        Connection connection = database.connect()) {
      YearMonth october = YearMonth.parse("2026-10");
      ClosedMonths.Closed closed = ClosedMonths.close(connection, october);

      assertThat(closed.events()).isEqualTo(1);
      assertThat(closed.costUsd()).isEqualByComparingTo("0.00125");
      ClosedMonths.Closed again = ClosedMonths.close(connection, october);
      assertThat(again.before()).isTrue();
      assertThat(again.costUsd()).isEqualByComparingTo("0.00125");
      assertThat(again.at()).isEqualTo(closed.at());
      assertThat(ClosedMonths.closed(connection, NOVEMBER.from(), NOVEMBER.to()))
          .containsExactly(october);
      ClosedMonths.reopen(connection, NOVEMBER.from(), NOVEMBER.to());
      assertThat(ClosedMonths.closed(connection, NOVEMBER.from(), NOVEMBER.to())).isEmpty();
      assertThat(ClosedMonths.close(connection, october).before()).isFalse();
    }
  }

  @Test
  void noIndexHoldsAMoneyColumn(PostgresSettings settings) throws SQLException {
    try (Database database = ledger(settings)) {
      assertThat(
              SchemaMigrationTest.query(
                  database,
                  "SELECT DISTINCT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid ="
                      + " i.indexrelid WHERE i.indrelid IN (SELECT oid FROM pg_class WHERE relname"
                      + " LIKE 'token_ledger_events%')"))
          .isNotEmpty()
          .noneMatch(column -> column.contains("cost") || column.contains("price"));
    }
  }

  /** Rows that were priced anew, and entries of the audit. */
  private static List<String> repriced(Database database) throws SQLException {
    return SchemaMigrationTest.query(
        database,
        "SELECT (SELECT count(*) FROM token_ledger_events WHERE repriced_at IS NOT NULL) || ' ' ||"
            + " (SELECT count(*) FROM token_ledger_repricings)");
  }

  private static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect()) {
      execute(connection, sql);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Repricing repricing(Database database) {
    String override =
        """
        name: mine
        layer: override
        prices:
        - provider: openai
          currency: USD
          sources: { mine: { name: "offer 7", date: "2026-11-01" } }
          models:
          - model: gpt-5
            periods: [ { source: mine, from: "2026-11-01", rates: { standard: { input: "9", output: "9" } } } ]
        - provider: anthropic
          currency: USD
          sources: { mine: { name: "offer 7", date: "2026-11-01" } }
          models:
          - model: claude-sonnet-4-6
            periods: [ { source: mine, from: "2026-11-01", rates: { standard: { input: "6", output: "18" } } } ]
        - provider: local
          currency: USD
          sources: { mine: { name: "offer 7", date: "2026-11-01" } }
          tiers: { standard: standard }
          models:
          - model: one
            periods: [ { source: mine, from: "2026-11-01", rates: { standard: { input: "2", output: "2" } } } ]
        """;
    Catalogue catalogue = BUILT_IN.with(List.of(PriceFileReader.read("mine.yml", override)));
    return new Repricing(database, PriceSource.fixed(new CataloguePricer(catalogue)));
  }

  /** Five rows at the built-in prices, written as a drain writes them. */
  private static Database ledger(PostgresSettings settings) throws SQLException {
    return ledger(
        settings,
        List.of(
            usage("2026-11-10T00:00:00Z", "openai", "gpt-5", null),
            usage("2026-11-11T00:00:00Z", "local", "one", null),
            usage(
                "2026-11-12T00:00:00Z",
                "anthropic",
                "claude-sonnet-4-6",
                """
                [{"type":"compaction","input_tokens":1000,"output_tokens":0},
                 {"type":"message","input_tokens":0,"output_tokens":12}]"""),
            usage("2026-10-20T00:00:00Z", "openai", "gpt-5", null),
            usage("2026-12-01T00:00:00Z", "openai", "gpt-5", null)));
  }

  private static Database ledger(PostgresSettings settings, List<UsageRecord> usages)
      throws SQLException {
    Database database = Database.open(settings);
    database.migrate();
    CataloguePricer pricer = new CataloguePricer(BUILT_IN);
    List<EventRow> rows = new ArrayList<>();
    for (UsageRecord usage : usages) {
      Instant time = usage.get(UsageField.TIMESTAMP);
      rows.add(
          new EventRow(
              UUID.randomUUID(), rows.size(), time, null, time, usage, pricer.price(usage)));
    }
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Partitions.ensure(connection, rows.stream().map(EventRow::timestamp).toList());
      new EventCopyWriter().write(connection, rows);
      Rollups rollups = new Rollups(new Shard(3));
      rows.forEach(rollups::add);
      rollups.write(connection);
      connection.commit();
    }
    return database;
  }

  private static UsageRecord usage(String time, String provider, String model, String iterations) {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, UUID.randomUUID())
        .set(UsageField.TIMESTAMP, Instant.parse(time))
        .set(UsageField.PROVIDER, provider)
        .set(UsageField.MODEL, model)
        .set(UsageField.SERVICE_TIER, "standard")
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.INPUT_TOKENS, 1000L)
        .set(UsageField.OUTPUT_TOKENS, 0L)
        .set(UsageField.ITERATIONS, iterations)
        .build();
  }

  /** Costs in the order in which the rows were written, to what the sheets can express. */
  private static List<String> costs(Database database) throws SQLException {
    return SchemaMigrationTest.query(
        database, "SELECT trim_scale(cost_usd) FROM token_ledger_events ORDER BY source_seq");
  }
}
