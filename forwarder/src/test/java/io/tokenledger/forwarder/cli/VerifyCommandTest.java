package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class VerifyCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private PostgresSettings postgres;
  private String config;

  @BeforeEach
  void open(PostgresSettings postgres) throws Exception {
    this.postgres = postgres;
    config =
        Files.writeString(
                directory.resolve("forwarder.yml"),
                String.join(
                    "\n",
                    "queue: { directory: '" + directory + "' }",
                    "postgres:",
                    "  url: '" + postgres.url() + "'",
                    "  user: '" + postgres.user() + "'",
                    "  password: '" + postgres.password() + "'"))
            .toString();
    assertThat(run("migrate")).isZero();
  }

  @Test
  void saysEqualInOneLineAndListsWhatIsNot() throws Exception {
    assertThat(run("verify")).isZero();
    assertThat(out.toString()).hasLineCount(1).contains("nothing to verify");

    execute(
        "SELECT token_ledger.ensure_partition('2026-02-01');"
            + " INSERT INTO token_ledger.token_ledger_events (event_id, timestamp, ingested_at, source_id,"
            + " source_seq, provider, usage_note) VALUES (gen_random_uuid(), '2026-02-10 12:34:00+00',"
            + " now(), gen_random_uuid(), 0, 'openai', '{counted_elsewhere}')");

    assertThat(run("verify")).isEqualTo(Commands.FAILED);
    assertThat(out.toString())
        .startsWith(
            "token_ledger_hourly 2026-02-10T12:00:00Z provider='openai' billed='true' repeat='true':"
                + " the rows are there, their sum is not")
        .contains("  calls: nothing stored, 1 recomputed")
        .contains("token_ledger_daily 2026-02-10 provider='openai'")
        .contains("2 rows of the rollups are not the sum of their rows: 0 calls from 2026-02-10");

    assertThat(run("verify", "--json", "--from", "2026-02-10", "--to", "2026-02-10"))
        .isEqualTo(Commands.FAILED);
    String[] lines = out.toString().split(System.lineSeparator());
    JsonNode difference = new ObjectMapper().readTree(lines[1]);
    assertThat(difference.path("table").asText()).isEqualTo("token_ledger_daily");
    assertThat(difference.path("kind").asText()).isEqualTo("missing");
    assertThat(difference.path("dimensions").path("provider").asText()).isEqualTo("openai");
    assertThat(difference.path("dimensions").path("team").isNull()).isTrue();
    assertThat(difference.path("columns").path("charges").path("recomputed").asText())
        .isEqualTo("1");
    JsonNode result = new ObjectMapper().readTree(lines[2]);
    assertThat(result.path("equal").asBoolean()).isFalse();
    assertThat(result.path("differences").asInt()).isEqualTo(2);

    assertThat(run("verify", "--from", "2026-02-11")).isZero();
    assertThat(run("verify", "--from", "2026-02-11", "--to", "2026-02-10"))
        .isEqualTo(Commands.MISUSED);
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = config;
    return Commands.line(new PrintWriter(out, true), new PrintWriter(err, true), Map.of())
        .execute(all);
  }

  private void execute(String sql) throws Exception {
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
