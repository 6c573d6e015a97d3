package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.RecordCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What agents count of their own reading reaches the ledger, once. */
@ExtendWith(PostgresExtension.class)
class CoverageDrainTest {
  private static final String COVERAGE =
      "SELECT day || ' ' || provider || ' ' || api || ' ' || COALESCE(coverage_percent::text, 'none') || ' '"
          + " || usage_parsed || '/' || usage_expected || '/' || exchanges"
          + " FROM token_ledger_coverage_daily ORDER BY day, provider, api";

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

  @Test
  void booksWhatCumulativeReportsAddOnTheirDays() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, report(Duration.ZERO, 0, 0, 0));
      queue.append(1, report(Duration.ofMinutes(1), 10, 10, 12));
      queue.append(2, report(Duration.ofDays(1), 15, 18, 20));
    }

    ledger.drainAll(queues);

    assertThat(ledger.query(COVERAGE))
        .containsExactly(
            "2026-11-20 openai openai.chat 100.00 10/10/12",
            "2026-11-21 openai openai.chat 62.50 5/8/8");
  }

  @Test
  void addsNothingWhenAReportIsReadAgain() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, report(Duration.ZERO, 10, 10, 12));
      ledger.drainAll(queues);
      queue.append(1, report(Duration.ofMinutes(1), 10, 10, 12));
      ledger.drainAll(queues);
      ledger.query(
          "UPDATE token_ledger_sources SET position = 0, queue_file = NULL, queue_offset = 0 RETURNING 1");
      ledger.drainAll(queues);
    }

    assertThat(ledger.query(COVERAGE))
        .containsExactly("2026-11-20 openai openai.chat 100.00 10/10/12");
  }

  @Test
  void saysNullAndNotOneHundredWhereNothingWasExpected() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, report(Duration.ZERO, 0, 0, 7));
    }

    ledger.drainAll(queues);

    assertThat(ledger.query(COVERAGE)).containsExactly("2026-11-20 openai openai.chat none 0/0/7");
  }

  @Test
  void neverRoundsUpToOneHundred() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, report(Duration.ZERO, 999_999, 1_000_000, 1_000_000));
    }

    ledger.drainAll(queues);

    assertThat(ledger.query("SELECT coverage_percent FROM token_ledger_coverage_daily"))
        .containsExactly("99.99");
  }

  @Test
  void addsUpOverProcessesAndNamesTheServicesThatFellBelow() throws Exception {
    try (QueueFixture one = new QueueFixture(queues, "shop-1");
        QueueFixture other = new QueueFixture(queues, "shop-2")) {
      one.append(0, report(Duration.ZERO, 10, 10, 10));
      other.append(0, report(Duration.ZERO, 0, 10, 10));
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT coverage_percent || ' ' || sources || ' ' || services_below::text"
                    + " FROM token_ledger_coverage_daily"))
        .containsExactly("50.00 2 {shop}");
  }

  @Test
  void booksCallsToHostsThatNobodyListed() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, hosts(3, 4));
      queue.append(1, hosts(5, 4));
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT host || ' ' || call || ' ' || metered || ' ' || calls || ' ' || services::text"
                    + " FROM token_ledger_unlisted_hosts_daily ORDER BY host"))
        .containsExactly(
            "a.example openai.chat true 4 {shop}", "b.example /chat/completions false 5 {shop}");
  }

  @Test
  void booksWhatAnOlderForwarderOnlyKept() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, report(Duration.ZERO, 10, 10, 10));
      ledger.drainAll(queues);
      ledger.query("UPDATE token_ledger_sources SET coverage = NULL RETURNING 1");
      ledger.query("DELETE FROM token_ledger_coverage RETURNING 1");
      queue.append(1, report(Duration.ofMinutes(1), 11, 11, 11));
      ledger.drainAll(queues);
    }

    assertThat(ledger.query(COVERAGE))
        .containsExactly("2026-11-20 openai openai.chat 100.00 11/11/11");
  }

  @Test
  void takesReportsOfOtherAgentsAsTheyAre() throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, at(Duration.ZERO, "{\"exchanges\":1}"));
      queue.append(1, at(Duration.ZERO, "{\"coverage\":17,\"unlisted_hosts\":[1]}"));
      queue.append(
          2,
          at(
              Duration.ZERO,
              "{\"coverage\":{\"openai\":{\"openai.chat\":{\"usage_parsed\":2,\"usage_expected\":2,"
                  + "\"exchanges\":\"many\",\"later_counter\":9,\"faults\":-1}}}}"));
      queue.append(3, at(Duration.ZERO, "{\"note\":\"too_large\"}"));
      queue.append(4, report(Duration.ZERO, 2, 2, 3));
    }

    DrainSummary summary = ledger.drainAll(queues);

    assertThat(summary.deadLetters()).isZero();
    assertThat(ledger.query(COVERAGE))
        .containsExactly("2026-11-20 openai openai.chat 100.00 2/2/3");
  }

  @Test
  void booksEachCounterOfTheShapeThatAgentsWrite() throws Exception {
    String hex =
        Files.readString(
            Path.of("../record/src/test/resources/golden/v1-agent-report-coverage.hex"));
    byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    AgentReport golden = (AgentReport) new RecordCodec().decode(bytes).body();
    try (QueueFixture queue = new QueueFixture(queues, "shop-1")) {
      queue.append(0, golden);
    }

    ledger.drainAll(queues);

    assertThat(
            ledger.query(
                "SELECT (to_jsonb(c) - 'source_id' - 'day' - 'provider' - 'api')::text"
                    + " FROM token_ledger_coverage c"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(new ObjectMapper().readTree(row))
                    .isEqualTo(
                        new ObjectMapper()
                            .readTree(golden.json())
                            .at("/coverage/openai/openai.chat")));
    assertThat(ledger.query("SELECT sum(calls) FROM token_ledger_unlisted_hosts"))
        .containsExactly("29");
  }

  private static AgentReport report(Duration after, long parsed, long expected, long exchanges) {
    return at(
        after,
        "{\"coverage\":{\"openai\":{\"openai.chat\":{\"exchanges\":"
            + exchanges
            + ",\"usage_expected\":"
            + expected
            + ",\"usage_parsed\":"
            + parsed
            + "}}}}");
  }

  private static AgentReport hosts(long unmetered, long metered) {
    return at(
        Duration.ZERO,
        "{\"unlisted_hosts\":{\"metered\":{\"a.example\":{\"openai.chat\":"
            + metered
            + "}},\"unmetered\":{\"b.example\":{\"/chat/completions\":"
            + unmetered
            + "}}}}");
  }

  private static AgentReport at(Duration after, String json) {
    Instant time = QueueFixture.NOON.plus(after);
    return new AgentReport(time, json);
  }
}
