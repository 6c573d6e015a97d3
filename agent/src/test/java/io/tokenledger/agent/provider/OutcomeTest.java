package io.tokenledger.agent.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.Captured.Ending;
import io.tokenledger.agent.provider.openai.OpenAiProvider;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final String USAGE =
      "{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}";

  private final FakeCapture call = FakeCapture.of("api.openai.com", "/v1/chat/completions");

  @Test
  void aFailureBeforeAnyAnswerIsAnErrorOfWhichNothingCame() {
    UsageRecord record = read(call.unanswered().ending(Ending.FAILED));

    assertOutcome(record, "error", "none");
    assertThat(record.get(UsageField.USAGE_SOURCE)).isEqualTo("none");
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("not_reported");
    assertThat(record.get(UsageField.INPUT_TOKENS)).isNull();
    assertThat(record.get(UsageField.STREAMED)).isNull();
  }

  @Test
  void aTimeOutKeepsItsStatusBeforeAndAfterTheHead() {
    assertOutcome(read(call.ending(Ending.TIMEOUT)), "timeout", "partial");
    assertOutcome(read(call.unanswered()), "timeout", "none");
  }

  @Test
  void aCancelledStreamIsPartialAndItsUsageCut() {
    UsageRecord record =
        read(
            call.asStream()
                .request("stream_options.include_usage", "true")
                .ending(Ending.CANCELLED));

    assertOutcome(record, "cancelled", "partial");
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("cut");
  }

  @Test
  void usageThatCameBeforeACancelIsKept() {
    UsageRecord record = read(call.asStream().response("usage", USAGE).ending(Ending.CANCELLED));

    assertOutcome(record, "cancelled", "partial");
    assertThat(record.get(UsageField.TOTAL_TOKENS)).isEqualTo(7);
    assertThat(record.get(UsageField.USAGE_NOTE)).isNull();
  }

  @Test
  void aDamagedStreamIsAnErrorThatSaysSo() {
    UsageRecord record = read(call.asStream().damagedOnTheWay());

    assertOutcome(record, "error", "partial");
    assertThat(record.get(UsageField.ERROR_TYPE)).isEqualTo("stream_corrupt");
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("cut");
  }

  @Test
  void aStreamThatStopsBeforeItsEndIsAnErrorThatSaysSo() {
    UsageRecord record = read(call.asStream().ending(Ending.TRUNCATED));

    assertOutcome(record, "error", "partial");
    assertThat(record.get(UsageField.ERROR_TYPE)).isEqualTo("stream_truncated");
  }

  @Test
  void anErrorPageNeedNotBeJson() {
    UsageRecord record = read(call.status(502).ending(Ending.TRUNCATED));

    assertOutcome(record, "error", "complete");
    assertThat(record.get(UsageField.ERROR_TYPE)).isNull();
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("not_reported");
  }

  @Test
  void anUnknownEncodingHidesUsageAndNothingElse() {
    UsageRecord record = read(call.withUnknownEncoding().ending(Ending.TRUNCATED));

    assertOutcome(record, "success", "complete");
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("encoding_unsupported");
  }

  @Test
  void aReportBeyondItsBoundIsNotGuessedFromItsStart() {
    UsageRecord record = read(call.passingItsBound("usage"));

    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("too_large");
    assertThat(record.get(UsageField.USAGE_SOURCE)).isEqualTo("none");
  }

  @Test
  void aRequestThatWasNotSeenToItsEndIsNoted() {
    UsageRecord record = read(call.asStream().withUnseenRequest());

    assertThat(record.get(UsageField.USAGE_NOTE))
        .as("whether usage was asked for is unknown too")
        .containsExactly("not_reported", "request_unseen");
  }

  @Test
  void anErrorThatIsAStringHasItsCodeBesideIt() {
    UsageRecord record =
        read(
            call.status(400)
                .response("error", "\"Model not found\"")
                .response("code", "\"invalid-argument\""));

    assertThat(record.get(UsageField.ERROR_MESSAGE)).isEqualTo("Model not found");
    assertThat(record.get(UsageField.ERROR_CODE)).isEqualTo("invalid-argument");
  }

  @Test
  void aNumericCodeIsText() {
    UsageRecord record =
        read(call.status(401).response("error", "{\"message\":\"no\",\"code\":401}"));

    assertThat(record.get(UsageField.ERROR_CODE)).isEqualTo("401");
  }

  @Test
  void aDetailIsTheMessageWhereNothingElseIs() {
    UsageRecord record = read(call.status(422).response("detail", "[{\"msg\":\"required\"}]"));

    assertThat(record.get(UsageField.ERROR_MESSAGE)).isEqualTo("[{\"msg\":\"required\"}]");
  }

  @Test
  void whatTheConfigurationSaysOfTheUserWins() {
    UsageRecord.Builder record = UsageRecord.builder().set(UsageField.USER_ID, "configured");
    chat().normalise(call.request("user", "\"asked\""), record);

    assertThat(record.get(UsageField.USER_ID)).isEqualTo("configured");
    assertThat(read(call).get(UsageField.USER_ID)).isEqualTo("asked");
  }

  @Test
  void countsAttemptsAsTheSdkSays() {
    assertThat(read(call.requestHeader("x-stainless-retry-count", "2")).get(UsageField.ATTEMPT))
        .isEqualTo(3);
    assertThat(read(call.requestHeader("x-stainless-retry-count", "x")).get(UsageField.ATTEMPT))
        .isNull();
  }

  @Test
  void namesOrganisationAndProjectOfTheAnswerBeforeTheRequests() {
    UsageRecord record =
        read(
            call.requestHeader("openai-organization", "asked")
                .responseHeader("openai-organization", "org-1")
                .requestHeader("openai-project", "proj_1"));

    assertThat(record.get(UsageField.BILLING_ACCOUNT)).isEqualTo("org-1");
    assertThat(record.get(UsageField.BILLING_PROJECT)).isEqualTo("proj_1");
  }

  private static void assertOutcome(UsageRecord record, String status, String completion) {
    assertThat(record.get(UsageField.STATUS)).isEqualTo(status);
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo(completion);
  }

  private static UsageRecord read(Captured captured) {
    UsageRecord.Builder record = UsageRecord.builder();
    chat().normalise(captured, record);
    return record.build();
  }

  private static Surface chat() {
    return new OpenAiProvider().surface("POST", "/v1/chat/completions");
  }
}
