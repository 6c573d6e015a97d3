package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.drain.SourceStatus;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class StatusCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private PostgresSettings postgres;
  private String config;

  @BeforeEach
  void open(PostgresSettings postgres) throws Exception {
    this.postgres = postgres;
    Files.createDirectories(directory.resolve("queue"));
    config =
        Files.writeString(
                directory.resolve("forwarder.yml"),
                String.join(
                    "\n",
                    "queue: { directory: '" + directory.resolve("queue") + "' }",
                    "postgres:",
                    "  url: '" + postgres.url() + "'",
                    "  user: '" + postgres.user() + "'",
                    "  password: '" + postgres.password() + "'"))
            .toString();
    assertThat(run("migrate")).isZero();
    out.getBuffer().setLength(0);
  }

  @Test
  void saysThatThereAreNoSources() {
    assertThat(run("status")).isZero();
    assertThat(out.toString()).startsWith("There are no sources");
  }

  @Test
  void printsALineForEachSourceAndTheirNumber() throws Exception {
    addSources();

    assertThat(run("status")).isZero();

    assertThat(out.toString())
        .contains("elsewhere shop-1  7 records committed, lag unknown", "1 source: 1 elsewhere.");
    assertThat(run("status", "--all")).isZero();
    assertThat(out.toString()).contains("2 sources: 1 deleted, 1 elsewhere.");
  }

  @Test
  void jsonHasEveryDocumentedField() throws Exception {
    addSources();

    assertThat(run("status", "--json")).isZero();

    JsonNode source = new ObjectMapper().readTree(out.toString()).at("/sources/0");
    assertThat(source.get("state").asText()).isEqualTo("elsewhere");
    assertThat(source.get("committed_records").asLong()).isEqualTo(7);
    assertThat(source.get("lag_records").isNull()).isTrue();
    String page = Files.readString(Path.of("..", "docs", "forwarder.md"));
    source
        .fieldNames()
        .forEachRemaining(
            field -> assertThat(page).containsPattern("`(sources\\[]\\.)?" + field + "`"));
    for (SourceStatus.State state : SourceStatus.State.values()) {
      assertThat(page).contains("`" + state.text() + "`: ");
    }
  }

  private void addSources() throws Exception {
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_sources (source_id, directory, position, deleted_at)"
              + " VALUES (gen_random_uuid(), 'shop-1', 7, NULL), (gen_random_uuid(), 'shop-0', 3, now())");
    }
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config));
    return ForwarderMain.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of(),
        all.toArray(String[]::new));
  }
}
