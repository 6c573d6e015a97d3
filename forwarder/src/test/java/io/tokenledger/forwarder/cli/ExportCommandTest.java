package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class ExportCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String config;

  @BeforeEach
  void open(PostgresSettings postgres) throws Exception {
    try (Database database = Database.open(postgres)) {
      database.migrate();
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT ensure_partition('2026-11-01')");
        statement.execute(
            "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq)"
                + " SELECT gen_random_uuid(), '2026-11-20 12:00:00+00', t, gen_random_uuid(), 0"
                + " FROM unnest(ARRAY[now() - interval '2 hours', now() - interval '1 hour', now()]) t");
      }
    }
    config =
        Files.writeString(
                directory.resolve("forwarder.yml"),
                String.join(
                    "\n",
                    "postgres:",
                    "  url: '" + postgres.url() + "'",
                    "  user: '" + postgres.user() + "'",
                    "  password: '" + postgres.password() + "'"))
            .toString();
  }

  @Test
  void writesWhatIsSettledAndSaysWhereToGoOn() {
    assertThat(run("--format", "jsonl")).isZero();
    assertThat(out.toString()).hasLineCount(2);
    String watermark = watermark();

    assertThat(run("--format", "jsonl", "--from", watermark)).isZero();
    assertThat(out.toString()).hasLineCount(2);
    assertThat(err.toString())
        .contains("2 rows; what came after ", " is for the next export.", "0 rows");
  }

  @Test
  void refusesAWindowThatMayStillGetRows() {
    assertThat(run("--format", "csv", "--until", "2199-01-01T00:00:00Z"))
        .isEqualTo(Commands.FAILED);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("is not settled").doesNotContain("watermark");
  }

  @Test
  void takesWrongUsageForMisuse() {
    assertThat(run()).isEqualTo(Commands.MISUSED);
    assertThat(run("--format", "parquet")).isEqualTo(Commands.MISUSED);
    assertThat(
            run(
                "--format",
                "csv",
                "--from",
                "2026-11-02T00:00:00Z",
                "--until",
                "2026-11-01T00:00:00Z"))
        .isEqualTo(Commands.MISUSED);
    assertThat(run("--format", "csv", "--from", "yesterday")).isEqualTo(Commands.MISUSED);
  }

  @Test
  void aFileIsThereOnceItIsComplete() throws IOException {
    Path file = directory.resolve("rows.csv");

    assertThat(run("--format", "csv", "--output", file.toString())).isZero();

    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(directory.resolve("rows.csv.part")).doesNotExist();
    assertThat(out.toString()).isEmpty();
    assertThat(watermark()).endsWith("Z");
  }

  @Test
  void saysThatAFileCannotBeWritten() {
    Path file = directory.resolve("missing/rows.csv");

    assertThat(run("--format", "csv", "--output", file.toString())).isEqualTo(Commands.FAILED);
    assertThat(err.toString()).contains(file.toString()).doesNotContain("watermark");
  }

  private String watermark() {
    return err.toString()
        .lines()
        .filter(line -> line.startsWith("watermark: "))
        .findFirst()
        .orElseThrow()
        .substring("watermark: ".length());
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("export", "--config", config));
    all.addAll(List.of(arguments));
    return ForwarderMain.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of(),
        all.toArray(String[]::new));
  }
}
