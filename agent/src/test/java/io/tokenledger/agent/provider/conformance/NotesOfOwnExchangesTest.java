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
    "openai.openai.images.sync.200.no-usage, not_reported",
    "openai.openai.audio.speech.sync.200.binary, not_reported",
    "openai.openai.moderations.sync.200.free, not_reported",
    "openai.openai.threads.runs.sync.200.poll-in-progress, later",
    "openai.openai.threads.runs.stream.200.waits-for-tools, later",
    "openai.openai.threads.runs.stream.200.cut-after-a-step, cut",
    "local.openai.chat.stream.200.cut-before-usage, cut",
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
  void givesTheStreamOfARunAndItsPollsOneKey() {
    UsageRecord stream = read("openai.openai.threads.runs.stream.200.steps-and-run");
    UsageRecord poll = read("openai.openai.threads.runs.sync.200.poll-completed");

    assertThat(poll.get(UsageField.DEDUPE_KEY))
        .isNotNull()
        .isEqualTo(stream.get(UsageField.DEDUPE_KEY));
  }

  @ParameterizedTest
  @CsvSource({
    "openrouter.openai.chat.sync.200.charged, charged",
    "openrouter.openai.chat.sync.200.own-key, fee",
    "xai.openai.images.sync.200.cost-alone, charged",
    "perplexity.openai.chat.stream.200.cumulative-without-done, charged",
    "llm.proxy.example.openai.chat.sync.200.proxy-cost, estimate",
  })
  void saysWhatAReportedCostIs(String exchange, String kind) {
    assertThat(read(exchange).get(UsageField.REPORTED_COST_KIND)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "azure.openai.chat.stream.200.empty-first-chunk, deployment, our-mini",
    "azure.openai.chat.stream.200.empty-first-chunk, region, West Europe",
    "azure.openai.chat.stream.200.empty-first-chunk, request_id, apim-own",
    "xai.openai.responses.sync.200.server-tools, region, us-east-1",
    "openrouter.openai.chat.sync.200.charged, upstream_provider, Anthropic",
    "openrouter.openai.chat.sync.200.charged, request_id, gen-own",
    "vercel-gateway.openai.chat.sync.200.reasoning-left-out, upstream_provider, vertex",
    "huggingface.openai.chat.sync.200.inference-provider, upstream_provider, groq",
    "huggingface.openai.chat.sync.200.inference-provider, request_id, hf-own",
    "groq.openai.chat.stream.200.usage-twice, request_id, req_own",
    "mistral.openai.chat.sync.200.audio-beside-prompt, request_id, corr-own",
    "cerebras.openai.chat.sync.200.time-info, request_id, inf-own",
  })
  void fillsAColumnWithWhatOnlyThisHostSays(String exchange, String column, String value) {
    UsageRecord record = read(exchange);
    UsageField<?> field =
        UsageField.ALL.stream()
            .filter(it -> it.columnName().equals(column))
            .findFirst()
            .orElseThrow();

    assertThat(record.get(field)).isEqualTo(value);
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
        new Recogniser(Providers.all(), List.of(), true).recognise(exchange.target());
    UsageRecord.Builder record = UsageRecord.builder();
    call.surface().normalise(ReferenceCapture.of(exchange, call), record);
    return record.build();
  }
}
