package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a user does with a ledger in its life, by the commands: the owner migrates and grants, a
 * forwarder drains and reprices as a writer, reports are read. Two services made 300 calls each.
 */
final class LedgerJourney {
  static final String WRITER = "ledger_writer";
  static final String READER = "ledger_reader";

  private static final int CALLS = 300;

  private final Path directory;
  private final PostgresSettings owner;
  private final String writerUrl;
  private final String migrateUrl;

  /**
   * @param owner of the database, directly
   * @param writerUrl what forwarders and readers connect to
   * @param migrateUrl {@code postgres.migrate_url}, or null
   */
  LedgerJourney(Path directory, PostgresSettings owner, String writerUrl, String migrateUrl) {
    this.directory = directory;
    this.owner = owner;
    this.writerUrl = writerUrl;
    this.migrateUrl = migrateUrl;
  }

  void travel() throws Exception {
    begin();
    drainTwoServices();
    readEverything();
    workOnPrices();
    retryADeadLetter();
    dropTheOldestMonth();
  }

  /** Roles, schema and grants. */
  void begin() throws SQLException {
    if (query("SELECT 1 FROM pg_roles WHERE rolname = '" + WRITER + "'").isEmpty()) {
      execute(
          "CREATE ROLE " + WRITER + " LOGIN PASSWORD 'w-pa55'",
          "CREATE ROLE " + READER + " LOGIN PASSWORD 'r-pa55'");
    }
    done("owner", "migrate", "--grant-writer", WRITER, "--grant-reader", READER);
    assertThat(done("owner", "migrate")).contains("The schema is current");
  }

  void drainTwoServices() throws Exception {
    SampleQueue.write(queue(), "shop", Instant.parse("2026-09-30T23:58:00Z"), CALLS);
    SampleQueue.write(queue(), "desk", Instant.parse("2026-11-20T12:00:00Z"), CALLS);
    done("writer", "drain");
    assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_events"))
        .containsExactly("600");
    assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_dead_letters"))
        .containsExactly("2");
    assertThat(query(ROLLED_UP)).containsExactly("600");
    done("writer", "drain");
    assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_events"))
        .containsExactly("600");
  }

  private static final String ROLLED_UP =
      "SELECT sum(calls) FROM token_ledger.token_ledger_daily_sums";

  private void readEverything() throws Exception {
    assertThat(done("writer", "report", "--json")).contains("gpt-4o-mini", "\"shop\"");
    assertThat(done("writer", "status")).contains("shop", "desk");
    execute(
        "UPDATE token_ledger.token_ledger_events SET ingested_at = ingested_at - interval '1 hour'");
    for (String format : List.of("csv", "jsonl", "focus")) {
      Path file = directory.resolve("export." + format);
      done("writer", "export", "--format", format, "--output", file.toString());
      assertThat(file).content().contains("gpt-4o-mini");
    }
    for (String view :
        query(
            "SELECT relname FROM pg_class WHERE relkind = 'v'"
                + " AND relnamespace = 'token_ledger'::regnamespace")) {
      try (Connection reader = DriverManager.getConnection(writerUrl, READER, "r-pa55");
          Statement statement = reader.createStatement()) {
        statement.execute("SELECT * FROM token_ledger." + view);
      }
    }
  }

  private void workOnPrices() throws Exception {
    assertThat(done("writer", "prices", "list")).isNotNull();
    Path prices =
        Files.writeString(
            directory.resolve("prices.yml"),
            String.join(
                "\n",
                "name: dearer",
                "layer: override",
                "prices:",
                "- provider: openai",
                "  currency: USD",
                "  sources: { mine: { name: test, date: '2026-10-01' } }",
                "  tiers: { standard: standard }",
                "  models:",
                "  - model: gpt-4o-mini",
                "    periods: [ { source: mine, rates: { standard: { input: '1000', cache_read: '1',"
                    + " cache_write: '1', output: '2000' } } } ]",
                ""));
    done("writer", "prices", "load", prices.toString());
    String before = total();
    done(
        "writer",
        "prices",
        "reprice",
        "--from",
        "2026-09-01",
        "--to",
        "2026-12-01",
        "--apply",
        "--reason",
        "dearer");
    assertThat(total()).isNotEqualTo(before);
    done("writer", "close", "2026-10");
    done("writer", "verify");
    done("writer", "dead-letters", "list");
  }

  private void retryADeadLetter() throws SQLException {
    UUID source = UUID.randomUUID();
    try (Connection connection = connect();
        PreparedStatement put =
            connection.prepareStatement(
                "INSERT INTO token_ledger.token_ledger_dead_letters"
                    + " (source_id, place, reason, record) VALUES (?, 'here', 'test', ?)")) {
      put.setObject(1, source);
      put.setBytes(2, SampleQueue.record(source));
      put.executeUpdate();
    }
    String letter =
        query(
                "SELECT dead_letter_id FROM token_ledger.token_ledger_dead_letters"
                    + " WHERE source_id = '"
                    + source
                    + "'")
            .get(0);
    done("writer", "dead-letters", "retry", letter);
    assertThat(
            query(
                "SELECT count(*) FROM token_ledger.token_ledger_events WHERE source_id = '"
                    + source
                    + "'"))
        .containsExactly("1");
    assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_dead_letters"))
        .containsExactly("2");
  }

  private String total() throws SQLException {
    return query("SELECT sum(cost_usd) FROM token_ledger.token_ledger_events").get(0);
  }

  private void dropTheOldestMonth() throws SQLException {
    try (Connection writer = DriverManager.getConnection(writerUrl, WRITER, "w-pa55");
        Statement statement = writer.createStatement()) {
      statement.execute("SELECT token_ledger.drop_partition('2026-09-30')");
    }
    assertThat(query("SELECT count(*) FROM token_ledger.token_ledger_events"))
        .containsExactly("481");
    assertThat(query(ROLLED_UP)).as("rollups stay").containsExactly("601");
  }

  /** Runs a command as one of owner, writer and reader; what it printed. */
  String done(String who, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = run(who, out, err, arguments);
    assertThat(code).as("%s as %s\n%s%s", List.of(arguments), who, out, err).isZero();
    return out.toString();
  }

  int run(String who, StringWriter out, StringWriter err, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--config");
    all.add(config(who).toString());
    return ForwarderMain.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of(),
        all.toArray(new String[0]));
  }

  Path queue() {
    return directory.resolve("queue");
  }

  private Path config(String who) {
    List<String> lines = new ArrayList<>();
    lines.add("queue: { directory: '" + queue() + "' }");
    lines.add("postgres:");
    if (who.equals("owner")) {
      lines.add("  url: '" + owner.url() + "'");
      lines.add("  user: '" + owner.user() + "'");
      lines.add("  password: '" + owner.password() + "'");
    } else {
      lines.add("  url: '" + writerUrl + "'");
      lines.add("  user: '" + (who.equals("writer") ? WRITER : READER) + "'");
      lines.add("  password: '" + (who.equals("writer") ? "w-pa55" : "r-pa55") + "'");
    }
    if (migrateUrl != null) {
      lines.add("  migrate_url: '" + migrateUrl + "'");
    }
    try {
      return Files.write(directory.resolve(who + ".yml"), lines);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the answer, as text, asked by the owner. */
  List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(owner.url(), owner.user(), owner.password());
  }
}
