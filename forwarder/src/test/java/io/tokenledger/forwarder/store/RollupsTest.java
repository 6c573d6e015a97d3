package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.forwarder.store.rollup.Verification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rollups say what the rows say, whatever the rows are, whoever writes them. */
@ExtendWith(PostgresExtension.class)
class RollupsTest {
  private static final long SEED = 20261122;

  private final RandomRows random = new RandomRows(SEED);
  private static PostgresSettings settings;
  private static Database database;

  @BeforeAll
  static void open(PostgresSettings postgres) {
    settings = postgres;
    database = Database.open(settings);
    database.migrate();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    RandomRows.clear(database);
  }

  @Test
  void equalTheRowsOfEveryShape() throws SQLException {
    RandomRows.write(database, random.next(1_500), new Shard(0));
    RandomRows.write(database, random.next(1_500), new Shard(15));

    assertThat(differences()).isEmpty();
    // Not for want of rows, unknowns, or keys that both shards have.
    assertThat(query("SELECT sum(calls) FROM token_ledger.token_ledger_hourly_sums"))
        .containsExactly("3000");
    assertThat(
            query(
                "SELECT count(*) > 200 FROM token_ledger.token_ledger_daily WHERE"
                    + " input_tokens_unknown > 0 AND reasoning_tokens_unknown > 0"))
        .containsExactly("t");
    assertThat(
            query(
                "SELECT count(*) > 0 FROM (SELECT FROM token_ledger.token_ledger_latency"
                    + " GROUP BY hour, key HAVING count(*) = 2) AS shared"))
        .containsExactly("t");
  }

  @Test
  void sumToWhatTheChargesSumTo() throws SQLException {
    RandomRows.write(database, random.next(500), new Shard(1));

    String measures =
        "concat_ws('|', sum(calls), sum(input_tokens), sum(output_tokens), sum(reasoning_tokens),"
            + " sum(cost_usd)::numeric(40, 12))";
    assertThat(query("SELECT " + measures + " FROM token_ledger.token_ledger_daily_sums"))
        .isEqualTo(query("SELECT " + measures + " FROM token_ledger.token_ledger_charges"));
  }

  @Test
  void tellNullFromEmpty() throws SQLException {
    RandomRows.write(database, random.next(300), new Shard(2));

    assertThat(
            query(
                "SELECT DISTINCT COALESCE(team, 'null') FROM token_ledger.token_ledger_daily_sums"
                    + " ORDER BY 1"))
        .containsExactly("", "a", "b", "null");
  }

  @Test
  void showNoHourThatIsGone() throws SQLException {
    execute(
        "UPDATE token_ledger.token_ledger_retention SET hourly_floor = '2026-03-01 06:20:00+00'");

    RandomRows.write(database, random.next(500), new Shard(2));

    assertThat(query("SELECT min(hour) FROM token_ledger.token_ledger_hourly"))
        .containsExactly("2026-03-01 07:00:00+00");
    assertThat(query("SELECT min(hour) FROM token_ledger.token_ledger_latency"))
        .containsExactly("2026-03-01 07:00:00+00");
    assertThat(query("SELECT sum(calls) FROM token_ledger.token_ledger_daily_sums"))
        .containsExactly("500");
    assertThat(differences()).isEmpty();
  }

  @Test
  void followARowToItsNewCost() throws SQLException {
    List<EventRow> rows = random.next(600);
    RandomRows.write(database, rows, new Shard(3));
    execute(
        "UPDATE token_ledger.token_ledger_retention SET hourly_floor = '2026-03-01 07:00:00+00'");
    List<RepricingStore.Change> changes = new ArrayList<>();
    for (EventRow row : rows.subList(0, 300)) {
      EventRow after = random.repriced(row);
      // Costs of iterations are replaced with the iterations, never taken away.
      if (row.cost().pricedIterations() == null && after.cost().pricedIterations() == null) {
        changes.add(new RepricingStore.Change(row, after));
      }
    }

    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      new RepricingStore().write(connection, UUID.randomUUID(), "test", changes);
      connection.commit();
    }

    assertThat(changes).hasSizeGreaterThan(100);
    assertThat(differences()).isEmpty();
    assertThat(
            query(
                "SELECT count(*) FROM token_ledger.token_ledger_hourly_sums WHERE charges <= 0"
                    + " OR cost_unknown < 0 OR unpriced < 0 OR zero_cost < 0"))
        .containsExactly("0");
    assertThat(
            query(
                "SELECT count(*) FROM token_ledger.token_ledger_hourly"
                    + " WHERE shard = -1 AND hour < '2026-03-01 07:00:00+00'"))
        .containsExactly("0");
  }

  @Test
  void areRebuiltFromTheRowsButNotWhereTheseAreGone() throws SQLException {
    RandomRows.write(database, random.next(300), new Shard(3));
    execute(
        "DELETE FROM token_ledger.token_ledger_hourly;"
            + " UPDATE token_ledger.token_ledger_daily SET calls = calls + 1, shard = 7;"
            + " UPDATE token_ledger.token_ledger_retention SET hourly_floor = '2026-03-01 06:20:00+00'");
    assertThat(differences()).isNotEmpty();

    query("SELECT token_ledger.rebuild_rollups('2026-02-27', '2026-03-02')");

    assertThat(differences()).isEmpty();
    assertThat(query("SELECT min(hour) FROM token_ledger.token_ledger_hourly"))
        .containsExactly("2026-03-01 07:00:00+00");
    execute("UPDATE token_ledger.token_ledger_retention SET floor = '2026-03-01 00:00:00+00'");
    assertThatThrownBy(
            () -> query("SELECT token_ledger.rebuild_rollups('2026-02-28', '2026-03-02')"))
        .hasMessageContaining("rows before 2026-03-01 00:00:00+00 are gone");
  }

  @Test
  void doNotDeadlockHoweverManyWriteTheSameKeys() throws Exception {
    List<EventRow> rows = random.next(400);
    try (Connection connection = database.connect()) {
      Partitions.ensure(connection, rows.stream().map(EventRow::timestamp).toList());
    }
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      int number = writer;
      // Two forwarders of one shard, which meet at each key, and two of others.
      Shard shard = new Shard(Math.max(0, number - 1));
      writers.add(CompletableFuture.runAsync(() -> rollUpShuffled(rows, shard, number)));
    }

    CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

    assertThat(query("SELECT sum(calls) FROM token_ledger.token_ledger_daily_sums"))
        .containsExactly(String.valueOf(4 * 10 * rows.size()));
  }

  /** Ten transactions on a connection of its own: the pool would make the writers take turns. */
  private void rollUpShuffled(List<EventRow> rows, Shard shard, int seed) {
    List<EventRow> shuffled = new ArrayList<>(rows);
    Random order = new Random(seed);
    try (Connection connection =
        DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
      connection.setAutoCommit(false);
      for (int transaction = 0; transaction < 10; transaction++) {
        Collections.shuffle(shuffled, order);
        RandomRows.rollUp(connection, shuffled, shard);
        connection.commit();
      }
    } catch (SQLException failure) {
      throw new CompletionException(failure);
    }
  }

  private List<String> differences() {
    List<String> found = new ArrayList<>();
    new Verification(database).run(null, null, difference -> found.add(difference.toString()));
    return found;
  }

  private List<String> query(String sql) throws SQLException {
    return SchemaMigrationTest.query(database, sql);
  }

  private void execute(String sql) throws SQLException {
    SchemaMigrationTest.execute(database, sql);
  }
}
