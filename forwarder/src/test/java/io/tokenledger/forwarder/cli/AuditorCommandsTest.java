package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.export.LedgerExport;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of role may run. */
@ExtendWith(PostgresExtension.class)
class AuditorCommandsTest {
  private final String auditor = "auditor_" + UUID.randomUUID().toString().replace("-", "");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;
  private PostgresSettings owner;
  private LedgerJourney journey;

  @BeforeEach
  void drain(PostgresSettings owner) throws Exception {
    this.owner = owner;
    journey = new LedgerJourney(directory, owner, owner.url(), null);
    journey.begin();
    journey.execute("CREATE ROLE " + auditor + " LOGIN PASSWORD 'a-pa55'");
    journey.done("owner", "migrate", "--grant-auditor", auditor);
    journey.drainTwoServices();
    journey.execute(
        "UPDATE token_ledger.token_ledger_events SET ingested_at = ingested_at - interval '1 hour'");
  }

  @Test
  void anAuditorRunsEachCommandThatReads() throws Exception {
    Path bill =
        Files.writeString(
            directory.resolve("bill.csv"),
            "day,account,class,tokens,amount_usd\n2026-09-30,,,,5\n");
    String event = journey.query("SELECT event_id FROM token_ledger.token_ledger_events").get(0);

    assertThat(done("report")).contains("gpt-4o-mini");
    assertThat(done("status")).contains("shop", "desk");
    assertThat(done("explain", event)).contains("gpt-4o-mini");
    assertThat(done("verify")).hasLineCount(1);
    assertThat(done("export", "--format", "jsonl")).hasLineCount(600);
    assertThat(
            done(
                "reconcile",
                "--provider",
                "openai",
                "--month",
                "2026-09",
                "--whole",
                "csv=" + bill))
        .containsPattern("invoice +5.000000");
    assertThat(done("prices", "list")).contains("built_in");
    assertThat(done("prices", "reprice", "--from", "2026-09-01", "--to", "2026-12-01"))
        .contains("0 of 600 rows would change");
    assertThat(done("dead-letters", "list")).isNotEmpty();
  }

  @Test
  void anAuditorSeesWhatRetentionWouldDropAndDropsNothing() throws Exception {
    journey.execute(
        "SET TIME ZONE 'UTC'; SET search_path TO token_ledger;"
            + " SELECT ensure_partition('2024-01-01'), ensure_partition('2024-02-01');"
            + " INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id,"
            + " source_seq) VALUES (gen_random_uuid(), '2024-01-15', now(), gen_random_uuid(), 1);"
            + " ALTER TABLE token_ledger_events DETACH PARTITION token_ledger_events_2024_02");
    String months =
        "SELECT count(*) FROM pg_class WHERE relname ~ '^token_ledger_events_2024_0[12]$'";

    assertThat(done("retention"))
        .containsPattern("  2024-01  1 rows  [\\d,]+ bytes  not exported\n")
        .containsPattern("  2024-02  rows that only the owner of the schema can count ");
    assertThat(run(auditor, "a-pa55", List.of("retention", "--apply"))).isEqualTo(Commands.FAILED);

    assertThat(err.toString())
        .hasLineCount(1)
        .contains("does not let user '" + auditor + "' do this");
    assertThat(journey.query(months)).containsExactly("2");
  }

  @Test
  void lookingAtWhatRetentionWouldDropBringsNoSchemaUpToDate() throws Exception {
    journey.execute("DROP SCHEMA token_ledger CASCADE");

    assertThat(run(auditor, "a-pa55", List.of("retention"))).isEqualTo(Commands.FAILED);

    assertThat(err.toString()).hasLineCount(1).contains("run `migrate` first");
  }

  @Test
  void anAuditorChangesNothing() {
    for (List<String> command :
        List.of(
            List.of("drain"),
            List.of("prices", "reprice", "--apply", "--from", "2026-09-01", "--to", "2026-12-01"),
            List.of("close", "2026-09"))) {
      assertThat(run(auditor, "a-pa55", command)).isEqualTo(Commands.FAILED);
      assertThat(err.toString())
          .hasLineCount(1)
          .contains("does not let user '" + auditor + "' do this");
    }
  }

  @Test
  void aReaderIsToldThatACommandNeedsMore() {
    for (String command : List.of("report", "verify", "status")) {
      assertThat(run(LedgerJourney.READER, "r-pa55", List.of(command))).isEqualTo(Commands.FAILED);
      assertThat(err.toString())
          .hasLineCount(1)
          .contains("does not let user '" + LedgerJourney.READER + "' do this");
    }
  }

  @Test
  void anExportWaitsForAForwarderWhoseTransactionsTheRoleCannotSeeInto() throws Exception {
    String url = owner.url() + "?ApplicationName=tokenledger-forwarder";
    try (Connection forwarder = DriverManager.getConnection(url, LedgerJourney.WRITER, "w-pa55");
        Database asAuditor = Database.open(new PostgresSettings(owner.url(), auditor, "a-pa55"))) {
      forwarder.setAutoCommit(false);
      forwarder.createStatement().execute("SELECT pg_current_xact_id()");
      CompletableFuture<Instant> settled =
          CompletableFuture.supplyAsync(() -> new LedgerExport(asAuditor).settled());
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (journey
          .query(
              "SELECT 1 FROM pg_stat_activity WHERE usename = '"
                  + auditor
                  + "' AND query LIKE 'SELECT EXISTS%'")
          .isEmpty()) {
        assertThat(System.nanoTime()).as("it looks again").isLessThan(deadline);
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      assertThat(settled).isNotDone();

      forwarder.rollback();

      assertThat(settled.get(30, TimeUnit.SECONDS))
          .isBefore(Instant.now().minus(Duration.ofMinutes(4)));
    }
  }

  private String done(String... command) {
    int code = run(auditor, "a-pa55", List.of(command));
    assertThat(code).as("%s%n%s%s", List.of(command), out, err).isZero();
    return out.toString();
  }

  private int run(String role, String password, List<String> command) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(command);
    all.add("--config");
    all.add(config(role, password));
    return ForwarderMain.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of(),
        all.toArray(new String[0]));
  }

  private String config(String role, String password) {
    try {
      return Files.write(
              directory.resolve("role.yml"),
              List.of(
                  "queue: { directory: '" + journey.queue() + "' }",
                  "postgres:",
                  "  url: '" + owner.url() + "'",
                  "  user: '" + role + "'",
                  "  password: '" + password + "'",
                  "retention: { events: 12mo }"))
          .toString();
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
