package io.tokenledger.agent.provider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code expected.json} does not say of the project's own exchanges. */
class NotesOfOwnExchangesTest {
  @ParameterizedTest
  @CsvSource({
    "openai.openai.chat.stream.200.usage-not-requested, not_requested",
    "openai.openai.chat.stream.200.cut, cut",
    "openai.openai.chat.stream.200.error-in-stream, not_reported",
    "openai.openai.chat.sync.200.usage-null, not_reported",
    "openai.openai.chat.sync.429.rate-limited, not_reported",
    "openai.openai.responses.stream.200.failed-without-usage, not_reported",
    "openai.openai.responses.sync.200.background-queued, later",
    "anthropic.anthropic.messages.stream.200.cut-after-start, cut",
    "anthropic.anthropic.messages.stream.200.overloaded-in-stream, cut",
    "anthropic.anthropic.messages.sync.529.overloaded, not_reported",
  })
  void saysWhyUsageIsMissingOrOpen(String exchange, String note) {
    assertThat(read(exchange).get(UsageField.USAGE_NOTE)).containsExactly(note);
  }

  @Test
  void takesTheOutputOfAnAnthropicStreamThatFailedForALowerBound() {
    UsageRecord record = read("anthropic.anthropic.messages.stream.200.overloaded-in-stream");

    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("partial");
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(15_312);
  }

  @Test
  void givesACallAndTheReadOfItsResponseOneKey() {
    UsageRecord call =
        read("openai.openai.responses.stream.200.tools-with-a-property-called-usage");
    UsageRecord again = read("openai.openai.responses.sync.200.background-read");

    assertThat(again.get(UsageField.DEDUPE_KEY))
        .isNotNull()
        .isEqualTo(call.get(UsageField.DEDUPE_KEY));
  }

  @Test
  void claimsNothingWithAReadThatBringsNoUsage() {
    UsageRecord queued = read("openai.openai.responses.sync.200.background-queued");

    assertThat(queued.get(UsageField.DEDUPE_KEY)).isNull();
  }

  @Test
  void keepsWhoseCallItWas() {
    UsageRecord record = read("anthropic.anthropic.messages.stream.200.output-only-in-delta");

    assertThat(record.get(UsageField.USER_ID)).isEqualTo("u-1");
    assertThat(record.get(UsageField.REQUEST_ID)).isEqualTo("req_own1");
    assertThat(record.get(UsageField.BILLING_ACCOUNT)).isEqualTo("org-own");
  }

  @Test
  void takesTheRequestIdFromAnErrorBodyWithoutHeaders() {
    UsageRecord record = read("anthropic.anthropic.messages.sync.529.overloaded");

    assertThat(record.get(UsageField.REQUEST_ID)).isEqualTo("req_own2");
  }

  private static UsageRecord read(String name) {
    Recording exchange =
        Recording.own().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    RecognisedCall call =
        new Recogniser(Providers.all(), List.of(), false).recognise(exchange.target());
    UsageRecord.Builder record = UsageRecord.builder();
    call.surface().normalise(ReferenceCapture.of(exchange, call), record);
    return record.build();
  }
}
