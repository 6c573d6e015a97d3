package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PgBouncer;
import io.tokenledger.forwarder.store.PostgresServer;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PgBouncer in transaction mode, which gives each transaction another session of the server. */
class PgBouncerTest {
  @TempDir static Path servers;
  @TempDir Path directory;

  private static PostgresServer postgres;
  private static PgBouncer bouncer;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        PgBouncer.isInstalled(),
        "skipped: there is no pgbouncer on this machine (apt-get install pgbouncer)");
    postgres = PostgresServer.start(servers.resolve("server"), PostgresServer.newest());
    bouncer =
        PgBouncer.start(
            postgres,
            Map.of(
                LedgerJourney.WRITER,
                "w-pa55",
                LedgerJourney.READER,
                "r-pa55",
                postgres.settings().user(),
                postgres.settings().password()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (bouncer != null) {
      bouncer.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void carriesALedgerForItsWholeLifeAndLeavesNothingInItsSessions() throws Exception {
    LedgerJourney journey = journey("life");

    journey.travel();

    try (Connection pooled =
            DriverManager.getConnection(bouncer.url("life"), LedgerJourney.WRITER, "w-pa55");
        Statement statement = pooled.createStatement()) {
      assertThat(column(statement, "SHOW search_path")).containsExactly("\"$user\", public");
      assertThat(column(statement, "SHOW default_transaction_read_only")).containsExactly("off");
      assertThat(column(statement, "SHOW default_transaction_isolation"))
          .containsExactly("read committed");
      assertThat(column(statement, "SELECT name FROM pg_prepared_statements")).isEmpty();
    }
    assertThat(journey.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")).isEmpty();
    assertThat(
            journey.query(
                "SELECT usename FROM pg_stat_activity WHERE datname = 'life' AND usename = '"
                    + LedgerJourney.WRITER
                    + "'"))
        .as("sessions of the server")
        .hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void carriesTwoForwardersAtOnceExactlyOnce() throws Exception {
    LedgerJourney journey = journey("pair");
    journey.begin();
    for (int service = 0; service < 4; service++) {
      SampleQueue.write(
          journey.queue(), "service" + service, Instant.parse("2026-11-20T12:00:00Z"), 200);
    }

    List<CompletableFuture<String>> forwarders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      forwarders.add(CompletableFuture.supplyAsync(() -> journey.done("writer", "drain")));
    }
    forwarders.forEach(CompletableFuture::join);

    assertThat(
            journey.query(
                "SELECT count(*) || ' ' || count(DISTINCT (source_id, source_seq))"
                    + " FROM token_ledger.token_ledger_events"))
        .containsExactly("800 800");
    assertThat(journey.query("SELECT sum(calls) FROM token_ledger.token_ledger_daily_sums"))
        .containsExactly("800");
  }

  @Test
  void isNotMigratedThrough() {
    PostgresSettings pooled =
        new PostgresSettings(
            bouncer.url("ledger"), postgres.settings().user(), postgres.settings().password());
    try (Database database = Database.open(pooled)) {
      assertThatThrownBy(database::migrate)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is reached through a pooler")
          .hasMessageContaining("set postgres.migrate_url");
    }
  }

  @Test
  void saysThatThePasswordIsWrongInsteadOfWaitingForThatToPass() {
    PostgresSettings wrong =
        new PostgresSettings(bouncer.url("ledger"), LedgerJourney.WRITER, "wr0ng");

    assertThatThrownBy(() -> Database.open(wrong).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("refuses user 'ledger_writer'")
        .hasMessageNotContaining("wr0ng")
        .matches(failure -> !((StoreException) failure).isPassing());
  }

  private LedgerJourney journey(String database) {
    PostgresSettings owner = postgres.create(database);
    return new LedgerJourney(directory, owner, bouncer.url(database), owner.url());
  }

  private static List<String> column(Statement statement, String sql) throws Exception {
    List<String> values = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }
}
