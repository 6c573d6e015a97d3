package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.rollup.Shard;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two that write the rows which they have in common in one order cannot wait for each other. Who
 * merely writes beside others until one of them falls over may be lucky: here one row after the
 * other is held, and what a writer has locked before it is the order.
 */
@ExtendWith(PostgresExtension.class)
class RollupOrderTest {
  private static final Shard SHARD = new Shard(3);

  private Database database;
  private PostgresSettings settings;
  private Connection holder;
  private Connection looker;
  private Connection writer;

  @BeforeEach
  void open(PostgresSettings settings) throws SQLException {
    this.settings = settings;
    database = Database.open(settings);
    database.migrate();
    holder = connect();
    looker = connect();
    writer = connect();
  }

  @AfterEach
  void close() throws SQLException {
    holder.close();
    looker.close();
    writer.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token_ledger_hourly",
        "token_ledger_daily",
        "token_ledger_daily_users",
        "token_ledger_latency"
      })
  void isTheSameForCommonRowsWhateverElseAWriterHas(String table) throws Exception {
    List<EventRow> many = new RandomRows(7).next(300);
    List<EventRow> few = many.subList(0, 12);
    RandomRows.write(database, many, SHARD);
    RandomRows.rollUp(writer, few, SHARD);
    Set<String> common = new TreeSet<>(all(table));
    common.removeAll(free(table));
    writer.rollback();
    assertThat(common).hasSizeGreaterThan(5);

    Map<String, Set<String>> ofMany = new HashMap<>();
    Map<String, Set<String>> ofFew = new HashMap<>();
    for (String row : common) {
      ofMany.put(row, lockedBefore(table, row, common, many));
      ofFew.put(row, lockedBefore(table, row, common, few));
    }

    assertThat(ofMany).isEqualTo(ofFew);
    assertThat(ofMany.values().stream().map(Set::size))
        .as("one after the other")
        .doesNotHaveDuplicates();
  }

  /** Which of the common rows a writer holds while it waits for that one. */
  private Set<String> lockedBefore(
      String table, String row, Set<String> common, List<EventRow> rows) throws Exception {
    query(holder, lock(table) + " WHERE " + name(table) + " = '" + row + "' FOR UPDATE");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try {
                RandomRows.rollUp(writer, rows, SHARD);
              } catch (SQLException failure) {
                throw new IllegalStateException(failure);
              }
            });
    awaitWaiting();
    Set<String> locked = new TreeSet<>(common);
    locked.removeAll(free(table));
    locked.remove(row);
    holder.rollback();
    writing.get(30, TimeUnit.SECONDS);
    writer.rollback();
    return locked;
  }

  private void awaitWaiting() throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String waits =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND datname = current_database()";
    while (!query(looker, waits).equals(List.of("1"))) {
      looker.rollback(); // else it sees what it saw
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
    looker.rollback();
  }

  private List<String> all(String table) throws SQLException {
    List<String> rows = query(looker, lock(table));
    looker.rollback();
    return rows;
  }

  private List<String> free(String table) throws SQLException {
    List<String> rows = query(looker, lock(table) + " FOR UPDATE SKIP LOCKED");
    looker.rollback();
    return rows;
  }

  private static String lock(String table) {
    return "SELECT " + name(table) + " FROM token_ledger." + table;
  }

  private static String name(String table) {
    return "concat_ws(' ', " + (table.contains("daily") ? "day" : "hour") + ", key)";
  }

  private static List<String> query(Connection connection, String sql) throws SQLException {
    List<String> rows = new java.util.ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  private Connection connect() throws SQLException {
    Connection connection =
        DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    connection.setAutoCommit(false);
    return connection;
  }
}
