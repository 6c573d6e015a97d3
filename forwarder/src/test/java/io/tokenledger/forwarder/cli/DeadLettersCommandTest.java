package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class DeadLettersCommandTest {
  @TempDir Path directory;

  private final UUID source = UUID.randomUUID();
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
                    "postgres:",
                    "  url: '" + postgres.url() + "'",
                    "  user: '" + postgres.user() + "'",
                    "  password: '" + postgres.password() + "'"))
            .toString();
    assertThat(run("migrate")).isZero();
    out.getBuffer().setLength(0);
  }

  @Test
  void saysThatThereAreNone() {
    assertThat(run("dead-letters", "list")).isZero();
    assertThat(run("dead-letters", "retry")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("There are no dead letters.", "There are no dead letters.");
  }

  @Test
  void listsLettersWithoutTheirBytes() throws Exception {
    put(new byte[] {1, 2, 3});

    assertThat(run("dead-letters", "list")).isZero();
    assertThat(out.toString())
        .contains("1  ", "unknown service", source.toString(), "3 bytes: test", "1 dead letter.");

    out.getBuffer().setLength(0);
    assertThat(run("dead-letters", "list", "--json")).isZero();
    JsonNode letter = new ObjectMapper().readTree(out.toString());
    assertThat(letter.get("dead_letter_id").asLong()).isEqualTo(1);
    assertThat(letter.get("bytes").asLong()).isEqualTo(3);
    assertThat(letter.get("expired_at").isNull()).isTrue();
  }

  @Test
  void endsWithOneWhileALetterStaysAndWithZeroOnceNoneDoes() throws Exception {
    put(new byte[] {1, 2, 3});
    put(readable());

    assertThat(run("dead-letters", "retry")).isEqualTo(Commands.FAILED);
    assertThat(out.toString())
        .contains("1  stays: ", "Booked 1, found 0 in the ledger already, left 1.");

    assertThat(run("dead-letters", "retry", "2")).isZero();
    assertThat(out.toString()).contains("2  is no dead letter");
  }

  @Test
  void triesOnlyTheNamedLettersAndSaysSoAsJson() throws Exception {
    put(readable());
    put(readable());

    assertThat(run("dead-letters", "retry", "2", "--json")).isZero();

    JsonNode outcome = new ObjectMapper().readTree(out.toString());
    assertThat(outcome.get("dead_letter_id").asLong()).isEqualTo(2);
    assertThat(outcome.get("result").asText()).isEqualTo("booked");
    out.getBuffer().setLength(0);
    assertThat(run("dead-letters", "list", "--json")).isZero();
    assertThat(out.toString()).hasLineCount(1).contains("\"dead_letter_id\":1");
  }

  @Test
  void takesWrongUsageForMisuse() {
    assertThat(run("dead-letters")).isEqualTo(Commands.MISUSED);
    assertThat(run("dead-letters", "retry", "one")).isEqualTo(Commands.MISUSED);
    assertThat(err.toString()).doesNotContain("\tat ").contains("Help: ");
  }

  private byte[] readable() {
    return new RecordCodec()
        .encode(
            new LedgerEntry(
                source,
                0,
                UsageRecord.builder()
                    .set(UsageField.EVENT_ID, UUID.randomUUID())
                    .set(UsageField.TIMESTAMP, Instant.parse("2026-11-20T12:00:00Z"))
                    .set(UsageField.PROVIDER, "openai")
                    .build()));
  }

  private void put(byte[] record) throws Exception {
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO token_ledger.token_ledger_dead_letters (source_id, place, reason, record)"
                    + " VALUES (?, 'file at byte 0', 'test', ?)")) {
      statement.setObject(1, source);
      statement.setBytes(2, record);
      statement.executeUpdate();
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
