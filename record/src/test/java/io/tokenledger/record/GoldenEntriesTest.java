package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Bytes that agents in the field have written, one folder entry per version and kind. These files
 * are history: no code writes them and a failing test is never cured by changing one. A change of
 * format gets a new version and new files beside them.
 */
class GoldenEntriesTest {
  private static final UUID SOURCE = UUID.fromString("019aa8a2-3c00-7abc-8def-0123456789ab");
  private static final Instant TIME = Instant.parse("2026-11-21T22:00:00.123456Z");

  /** The shape in which agents report how much of what they recognised they could read. */
  private static final String COVERAGE =
      "{\"occasion\":\"running\",\"coverage\":{\"openai\":{\"openai.chat\":{\"exchanges\":120,"
          + "\"usage_expected\":70,\"usage_parsed\":22,\"usage_incomplete\":3,\"not_reported\":5,"
          + "\"truncated\":7,\"too_large\":9,\"encoding_unsupported\":11,\"faults\":13,"
          + "\"not_requested\":2,\"later\":4,\"counted_elsewhere\":6,\"without_usage\":8,"
          + "\"anomalies\":10,\"sum_mismatches\":12}}},\"unlisted_hosts\":{\"metered\":"
          + "{\"llm.example\":{\"openai.chat\":14}},\"unmetered\":{\"other.example\":"
          + "{\"/chat/completions\":15}}}}";

  private static final Map<String, LedgerEntry> VERSION_1 =
      Map.of(
          "v1-exchange", new LedgerEntry(SOURCE, 0, exchange()),
          "v1-exchange-failed", new LedgerEntry(SOURCE, 1, failedExchange()),
          "v1-gap",
              new LedgerEntry(
                  SOURCE, 70_000, new GapRecord("overflow", 17, TIME, TIME.plusSeconds(3))),
          "v1-agent-report",
              new LedgerEntry(SOURCE, 3, new AgentReport(TIME, "{\"exchanges\":{\"ended\":2}}")),
          "v1-agent-report-coverage", new LedgerEntry(SOURCE, 9, new AgentReport(TIME, COVERAGE)),
          "v1-unknown-kind",
              new LedgerEntry(
                  SOURCE,
                  4,
                  new UnknownBody("heartbeat", Map.of("list", List.of(1L, "two", true)))));

  private final RecordCodec codec = new RecordCodec();

  @TestFactory
  List<DynamicTest> readsWhatVersion1Wrote() {
    return VERSION_1.entrySet().stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.getKey(),
                    () ->
                        assertThat(codec.decode(file(golden.getKey())))
                            .isEqualTo(golden.getValue())))
        .toList();
  }

  @TestFactory
  List<DynamicTest> stillWritesVersion1AsItWas() {
    return VERSION_1.entrySet().stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.getKey(),
                    () ->
                        assertThat(codec.encode(golden.getValue()))
                            .isEqualTo(file(golden.getKey()))))
        .toList();
  }

  private static UsageRecord exchange() {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, UUID.fromString("019aa8a2-3c7b-7001-8002-000000000003"))
        .set(UsageField.TIMESTAMP, TIME)
        .set(UsageField.AGENT_VERSION, "0.1.0")
        .set(UsageField.CLIENT, "okhttp")
        .set(UsageField.PROVIDER, "anthropic")
        .set(UsageField.API, "anthropic.messages")
        .set(UsageField.ENDPOINT, "/v1/messages")
        .set(UsageField.HOST, "api.anthropic.com")
        .set(UsageField.MODEL, "claude-sonnet-4-5")
        .set(UsageField.HTTP_STATUS, 200)
        .set(UsageField.STREAMED, true)
        .set(UsageField.BILLED, true)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.USAGE_SOURCE, "provider")
        .set(UsageField.INPUT_TOKENS, 15_312L)
        .set(UsageField.OUTPUT_TOKENS, 72L)
        .set(UsageField.TOTAL_TOKENS, 15_384L)
        .set(UsageField.CACHE_READ_TOKENS, 14_983L)
        .set(UsageField.CACHE_WRITE_TOKENS, 327L)
        .set(UsageField.CACHE_WRITE_5M_TOKENS, 327L)
        .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
        .set(UsageField.USAGE_RAW, "{\"input_tokens\":2,\"output_tokens\":72}")
        .set(UsageField.REPORTED_COST_USD, new BigDecimal("0.00680715"))
        .set(UsageField.DURATION_MS, 1234.5)
        .set(UsageField.TRACE_ID, UUID.fromString("4bf92f35-77b3-4da6-a3ce-929d0e0e4736"))
        .set(UsageField.TEAM, "caf\u00e9 \ud83d\ude00")
        .unknown("later_field", List.of(1L, "two"))
        .build();
  }

  private static UsageRecord failedExchange() {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, UUID.fromString("019aa8a2-3c7b-7001-8002-000000000004"))
        .set(UsageField.TIMESTAMP, TIME)
        .set(UsageField.STATUS, "timeout")
        .set(UsageField.COMPLETION, "none")
        .set(UsageField.USAGE_SOURCE, "none")
        .set(UsageField.USAGE_NOTE, List.of("not_reported", "request_unseen"))
        .set(UsageField.ERROR_TYPE, "java.net.http.HttpTimeoutException")
        .build();
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = GoldenEntriesTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      assertThat(in).as("golden file %s.hex", name).isNotNull();
      String hex = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
  }
}
