package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands in this process: exit codes and what is printed where. */
@ExtendWith(PostgresExtension.class)
class CommandsTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsHelpOfEachCommand() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("run", "drain", "report", "migrate", "Exit codes:");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "drian",
        "drain --colour",
        "report --from yesterday",
        "report --json --csv",
        "report --by colour",
        "report --from 2026-11-02 --to 2026-11-01"
      })
  void takesWrongUsageForMisuse(String arguments) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
        .isEqualTo(Commands.MISUSED);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).doesNotContain("\tat ").contains("Help: ");
  }

  @Test
  void takesAWrongConfigurationForMisuse() throws IOException {
    Path config = Files.writeString(directory.resolve("forwarder.yml"), "colour: green\n");

    assertThat(run("drain", "--config", config.toString())).isEqualTo(Commands.MISUSED);
    assertThat(err.toString()).contains("forwarder.yml line 1", "colour").hasLineCount(1);
  }

  @Test
  void failsInOneSentenceWithoutThePasswordWhenPostgresRefuses(PostgresSettings postgres)
      throws IOException {
    Path config = configFor(new PostgresSettings(postgres.url(), "nobody", "s3cret"));

    assertThat(run("report", "--config", config.toString())).isEqualTo(Commands.FAILED);
    assertThat(err.toString()).contains("nobody").doesNotContain("s3cret").hasLineCount(1);
  }

  @Test
  void saysThatThereIsNoLedgerYet(PostgresSettings postgres) throws IOException {
    assertThat(run("report", "--config", configFor(postgres).toString()))
        .isEqualTo(Commands.FAILED);
    assertThat(err.toString()).contains("run `migrate` first");
  }

  @Test
  void migratesOnceAndPublishesThePrices(PostgresSettings postgres) throws IOException {
    String config = configFor(postgres).toString();

    assertThat(run("migrate", "--config", config)).isZero();
    assertThat(run("migrate", "--config", config)).isZero();
    assertThat(out.toString())
        .contains("The schema was brought to version", "The schema is current (version");
    assertThat(run("report", "--config", config)).isZero();
    assertThat(out.toString()).contains("The ledger has no calls in this period.");
  }

  @Test
  void drainsNothingWhereThereIsNoQueue(PostgresSettings postgres) throws IOException {
    assertThat(run("drain", "--config", configFor(postgres).toString())).isZero();
    assertThat(out.toString())
        .contains("There is no queue directory " + directory.resolve("queue"));
  }

  private Path configFor(PostgresSettings postgres) throws IOException {
    return Files.writeString(
        directory.resolve("forwarder.yml"),
        String.join(
            "\n",
            "queue: { directory: '" + directory.resolve("queue") + "' }",
            "postgres:",
            "  url: '" + postgres.url() + "'",
            "  user: '" + postgres.user() + "'",
            "  password: '" + postgres.password() + "'"));
  }

  private int run(String... arguments) {
    return ForwarderMain.run(
        new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), arguments);
  }
}
