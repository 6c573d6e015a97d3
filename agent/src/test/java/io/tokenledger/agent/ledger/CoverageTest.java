package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.AgentReport;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {
  private final Coverage coverage = new Coverage();
  private final UnmeteredCalls unmetered = new UnmeteredCalls();

  @Test
  void countsAWholeReportAsParsed() {
    add(answer());
    add(answer());

    assertThat(report())
        .contains("\"openai.chat\":{\"exchanges\":2,\"usage_expected\":2,\"usage_parsed\":2}");
  }

  @Test
  void countsAReportThatLostOneOfItsSidesAsIncomplete() {
    add(answer().set(UsageField.OUTPUT_TOKENS, null).set(UsageField.TOTAL_TOKENS, null));

    assertThat(report()).contains("{\"exchanges\":1,\"usage_expected\":1,\"usage_incomplete\":1}");
  }

  @ParameterizedTest
  @CsvSource({
    "not_reported, not_reported",
    "too_large, too_large",
    "encoding_unsupported, encoding_unsupported",
    "request_unseen, not_reported",
  })
  void expectsUsageOfACompleteAnswerAndSaysWhyThereIsNone(String note, String counter) {
    add(withoutUsage(note));

    assertThat(report()).contains("{\"exchanges\":1,\"usage_expected\":1,\"" + counter + "\":1}");
  }

  @ParameterizedTest
  @CsvSource({"not_requested", "later", "counted_elsewhere"})
  void expectsNoUsageThatTheCallerDidNotAskForOrThatIsElsewhere(String note) {
    add(withoutUsage(note));

    assertThat(report()).contains("{\"exchanges\":1,\"" + note + "\":1}");
  }

  @Test
  void expectsNoUsageOfAnApiThatHasNone() {
    coverage.add(new Finished(false, false, false), withoutUsage("not_reported").build());

    assertThat(report()).contains("{\"exchanges\":1,\"without_usage\":1}");
  }

  @Test
  void missesNoTokensInTheReportOfAnApiThatMayHaveNone() {
    coverage.add(
        new Finished(false, false, false),
        answer()
            .set(UsageField.INPUT_TOKENS, null)
            .set(UsageField.OUTPUT_TOKENS, null)
            .set(UsageField.TOTAL_TOKENS, null)
            .build());

    assertThat(report()).contains("{\"exchanges\":1,\"usage_expected\":1,\"usage_parsed\":1}");
  }

  @ParameterizedTest
  @CsvSource({
    "500, error, complete",
    "200, error, partial",
    "200, cancelled, partial",
    "304, success, complete",
    ", timeout, none",
  })
  void expectsNoUsageOfACallThatFailedOrWasCut(Integer http, String status, String completion) {
    add(
        withoutUsage("cut")
            .set(UsageField.HTTP_STATUS, http)
            .set(UsageField.STATUS, status)
            .set(UsageField.COMPLETION, completion));

    assertThat(report()).contains("\"openai.chat\":{\"exchanges\":1}");
  }

  @Test
  void expectsUsageOfABodyThatEndedInOrderButNotWithItsOwnEnd() {
    add(
        withoutUsage("cut")
            .set(UsageField.STATUS, "error")
            .set(UsageField.COMPLETION, "partial")
            .set(UsageField.ERROR_TYPE, "stream_truncated"));

    assertThat(report()).contains("{\"exchanges\":1,\"usage_expected\":1,\"truncated\":1}");
  }

  @Test
  void countsUsageThatWasLostToAFaultOfOursWhateverTheRowSays() {
    coverage.add(
        new Finished(true, true, false),
        withoutUsage("anomaly")
            .set(UsageField.STATUS, "error")
            .set(UsageField.COMPLETION, "partial")
            .build());

    assertThat(report()).contains("{\"exchanges\":1,\"usage_expected\":1,\"faults\":1}");
  }

  @Test
  void countsAnomaliesAndSumsThatDoNotAddUpBesideTheOutcome() {
    add(answer().set(UsageField.USAGE_NOTE, List.of("sum_mismatch", "anomaly")));

    assertThat(report()).contains("\"usage_parsed\":1,\"anomalies\":1,\"sum_mismatches\":1}");
  }

  @Test
  void countsCallsToHostsThatNobodyListedByHost() {
    coverage.add(
        new Finished(true, false, true), answer().set(UsageField.HOST, "LLM.example").build());
    unmetered.add("other.example", "/chat/completions");

    assertThat(report())
        .contains(
            "\"unlisted_hosts\":{\"metered\":{\"llm.example\":{\"openai.chat\":1}},"
                + "\"unmetered\":{\"other.example\":{\"/chat/completions\":1}}}");
  }

  @Test
  void staysBoundedWhateverTheHosts() {
    for (int i = 0; i < 1_000; i++) {
      String host = "h" + i + ".example";
      coverage.add(
          new Finished(true, false, true),
          answer().set(UsageField.PROVIDER, host).set(UsageField.HOST, host).build());
    }

    assertThat(report())
        .hasSizeLessThan(16_000)
        .contains("\"other\":{\"other\":{\"exchanges\":936,")
        .contains("\"other\":{\"other\":936}");
  }

  /** The file is history, so a counter that is renamed here would be lost to forwarders. */
  @Test
  void countsUnderTheNamesThatForwardersRead() throws Exception {
    String hex =
        Files.readString(
            Path.of("../record/src/test/resources/golden/v1-agent-report-coverage.hex"));
    byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    AgentReport golden = (AgentReport) new RecordCodec().decode(bytes).body();

    for (CoverageCount count : CoverageCount.values()) {
      assertThat(golden.json()).contains("\"" + count.text() + "\":");
    }
  }

  private void add(UsageRecord.Builder record) {
    coverage.add(new Finished(true, false, false), record.build());
  }

  private String report() {
    JsonText json = new JsonText();
    coverage.describe(json, unmetered);
    return json.finish();
  }

  private static UsageRecord.Builder answer() {
    return UsageRecord.builder()
        .set(UsageField.PROVIDER, "openai")
        .set(UsageField.API, "openai.chat")
        .set(UsageField.HTTP_STATUS, 200)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.USAGE_SOURCE, "provider")
        .set(UsageField.INPUT_TOKENS, 1L)
        .set(UsageField.OUTPUT_TOKENS, 2L)
        .set(UsageField.TOTAL_TOKENS, 3L);
  }

  private static UsageRecord.Builder withoutUsage(String note) {
    return answer()
        .set(UsageField.USAGE_SOURCE, "none")
        .set(UsageField.INPUT_TOKENS, null)
        .set(UsageField.OUTPUT_TOKENS, null)
        .set(UsageField.TOTAL_TOKENS, null)
        .set(UsageField.USAGE_NOTE, List.of(note));
  }

  private record Finished(boolean expectsUsage, boolean faulty, boolean unlisted)
      implements FinishedExchange {
    @Override
    public UsageRecord toRecord() {
      throw new UnsupportedOperationException();
    }
  }
}
