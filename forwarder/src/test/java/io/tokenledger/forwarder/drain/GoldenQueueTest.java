package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.DeadLetterBooking.Outcome;
import io.tokenledger.forwarder.store.DeadLetterBooking.Result;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.SegmentFileWriter;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole directories as agents of each version left them, and what agents of the next version may
 * write. The files are history: no code writes them, and a failing test is never cured by changing
 * one.
 */
@ExtendWith(PostgresExtension.class)
class GoldenQueueTest {
  private static final UUID SOURCE = UUID.fromString("019aa8a2-3c00-7abc-8def-0123456789ab");

  @TempDir Path queues;
  private Ledger ledger;

  @BeforeEach
  void open(PostgresSettings settings) {
    ledger = new Ledger(settings);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /** The first agents did not time what they cost the application's threads. */
  @ParameterizedTest
  @CsvSource({
    "v1-queue.zip, ended golden 0.1.0-SNAPSHOT",
    "v1-queue-own-cost.zip, ended golden 0.1.0-SNAPSHOT 11927.6"
  })
  void drainsWhatAnAgentOfVersion1LeftInSegmentAndCycle(String queue, String fleet)
      throws Exception {
    unpack(queue);

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.gaps()).isZero();
    assertThat(summary.deadLetters()).isZero();
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', provider, api, model, status, completion, http_status,"
                    + " input_tokens, output_tokens, total_tokens, app_name, environment)"
                    + " FROM token_ledger_events ORDER BY source_seq"))
        .as("forty calls; call n took n tokens in and 2 n out")
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 40)
                .mapToObj(
                    n ->
                        String.format(
                            "openai openai.chat gpt-4o-mini-2024-07-18 success complete 200"
                                + " %d %d %d golden test",
                            n, 2 * n, 3 * n))
                .toList());
    assertThat(
            ledger.query(
                "SELECT concat_ws(' ', state, service, agent_version, caller_p99_us)"
                    + " FROM token_ledger_fleet"))
        .containsExactly(fleet);
  }

  @Test
  void keepsWhatItDoesNotKnowOfARecordOfANewerAgentBesideTheRow() throws Exception {
    write("newer-exchange");

    assertThat(ledger.drainAll(queues).events()).isEqualTo(1);

    assertThat(
            ledger.query(
                "SELECT total_tokens || ' ' || (metadata_extra #>> '{newer_fields,thought_tokens}') || ' '"
                    + " || (metadata_extra #>> '{newer_fields,carbon,grams,1}') FROM token_ledger_events"))
        .containsExactly("15 12 2");
    assertThat(ledger.query("SELECT count(*) FROM token_ledger_dead_letters")).containsExactly("0");
  }

  @Test
  void putsAKindOfANewerAgentAsideByteForByteAndGoesOn() throws Exception {
    write("newer-exchange", "newer-kind");

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.events()).isEqualTo(1);
    assertThat(summary.gaps()).isZero();
    assertThat(
            ledger.query(
                "SELECT source_seq || ' ' || reason || ' ' || encode(record, 'hex')"
                    + " FROM token_ledger_dead_letters"))
        .containsExactly(
            "1 this forwarder does not know the kind 'tool_call' "
                + HexFormat.of().formatHex(bytes("newer-kind")));
    assertThat(retry()).extracting(Outcome::result).containsExactly(Result.REFUSED);
  }

  /** What an older forwarder put aside is a kind that this one knows. */
  @Test
  void booksWhatAnOlderForwarderDidNotKnow() throws Exception {
    write("newer-exchange");
    ledger.drainAll(queues);
    for (String golden : List.of("v1-exchange", "v1-gap")) {
      try (var connection = ledger.database.connect();
          var statement =
              connection.prepareStatement(
                  "INSERT INTO token_ledger_dead_letters (source_id, place, reason, record)"
                      + " VALUES (?, ?, 'this forwarder does not know the kind', ?)")) {
        statement.setObject(1, SOURCE);
        statement.setString(2, golden);
        statement.setBytes(3, bytes(golden));
        statement.executeUpdate();
      }
    }

    ledger.query("UPDATE token_ledger_events SET source_seq = 99 RETURNING 1");
    assertThat(retry()).extracting(Outcome::result).containsExactly(Result.BOOKED, Result.BOOKED);

    assertThat(ledger.query("SELECT missing FROM token_ledger_gaps")).containsExactly("17");
    assertThat(
            ledger.query(
                "SELECT input_tokens || ' ' || (metadata_extra #>> '{newer_fields,later_field,1}')"
                    + " FROM token_ledger_events WHERE source_seq = 0"))
        .containsExactly("15312 two");
    assertThat(retry()).isEmpty();
  }

  private List<Outcome> retry() {
    List<Outcome> outcomes = new ArrayList<>();
    new DeadLetterRetry(ledger.database, Ledger.ONE_CENT).retryAll(outcomes::add);
    return outcomes;
  }

  /** A source whose records are these. */
  private void write(String... records) throws Exception {
    Path directory = Files.createDirectory(queues.resolve("newer-1"));
    Files.createFile(directory.resolve(QueueLayout.LOCK_FILE));
    Files.writeString(
        directory.resolve(QueueLayout.SOURCE_FILE),
        "{\"source_id\":\"" + SOURCE + "\",\"service\":\"shop\",\"format\":2,\"new\":{}}");
    try (SegmentFileWriter segment =
        new SegmentFileWriter(directory.resolve(QueueLayout.segmentName(0)).toFile())) {
      for (String record : records) {
        segment.append(bytes(record));
      }
    }
  }

  private void unpack(String name) throws Exception {
    try (InputStream in = GoldenQueueTest.class.getResourceAsStream("/golden/" + name);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = queues.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    }
  }

  /** As the tests of the codec have them. */
  private static byte[] bytes(String name) throws Exception {
    Path golden = Path.of("..", "record", "src", "test", "resources", "golden", name + ".hex");
    return HexFormat.of().parseHex(Files.readString(golden).replaceAll("\\s", ""));
  }
}
