package io.tokenledger.it.sdk;

import static io.tokenledger.record.UsageField.API;
import static io.tokenledger.record.UsageField.CLIENT;
import static io.tokenledger.record.UsageField.COMPLETION;
import static io.tokenledger.record.UsageField.INPUT_TOKENS;
import static io.tokenledger.record.UsageField.MODEL;
import static io.tokenledger.record.UsageField.OUTPUT_TOKENS;
import static io.tokenledger.record.UsageField.REQUEST_MODEL;
import static io.tokenledger.record.UsageField.STATUS;
import static io.tokenledger.record.UsageField.STREAMED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.ReplayProvider;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The official SDKs and LangChain4j, unmodified, one call a process: each call is one record with
 * the right counts.
 */
class SdkIT {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path directory;

  static Stream<Arguments> calls() {
    String chatModel = "gpt-4o-mini-2024-07-18";
    List<Expected> calls =
        List.of(
            new Expected("openai.chat", "okhttp", "openai.chat", chatModel, false, 1220, 85L),
            new Expected("openai.chat.stream", "okhttp", "openai.chat", chatModel, true, 412, 64L),
            new Expected("openai.chat.async", "okhttp", "openai.chat", chatModel, false, 1220, 85L),
            new Expected(
                "openai.chat.async.stream", "okhttp", "openai.chat", chatModel, true, 412, 64L),
            new Expected(
                "openai.responses",
                "okhttp",
                "openai.responses",
                "gpt-5-mini-2025-08-07",
                false,
                318,
                217L),
            new Expected(
                "openai.embeddings",
                "okhttp",
                "openai.embeddings",
                "text-embedding-3-small",
                false,
                2048,
                null),
            new Expected(
                "anthropic.messages",
                "okhttp",
                "anthropic.messages",
                "claude-sonnet-4-5-20250929",
                false,
                15312,
                72L),
            new Expected(
                "anthropic.messages.stream",
                "okhttp",
                "anthropic.messages",
                "claude-haiku-4-5-20251001",
                true,
                1904,
                138L),
            new Expected(
                "anthropic.messages.async",
                "okhttp",
                "anthropic.messages",
                "claude-sonnet-4-5-20250929",
                false,
                15312,
                72L),
            new Expected(
                "anthropic.messages.async.stream",
                "okhttp",
                "anthropic.messages",
                "claude-haiku-4-5-20251001",
                true,
                1904,
                138L),
            new Expected("langchain4j.chat", "jdk", "openai.chat", chatModel, false, 1220, 85L),
            new Expected(
                "langchain4j.chat.stream", "jdk", "openai.chat", chatModel, true, 412, 64L));
    return Jdks.all().stream().flatMap(jdk -> calls.stream().map(call -> Arguments.of(jdk, call)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("calls")
  void writesOneRecordOfACallAndLeavesItsAnswerAsItIs(Jdks.Jdk jdk, Expected expected) {
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "sdk-test").endpoints(provider);

      String bare = answer(jdk, provider, expected.call());
      String metered = answer(jdk, provider, expected.call(), setup.javaagent());

      assertThat(metered).isEqualTo(bare);
      assertThat(QueueContents.of(setup.queueDirectory()).exchanges())
          .singleElement()
          .satisfies(expected::check);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("unaskedStreams")
  void countsAStreamThatAnSdkDidNotAskAndLeavesItAsItIs(Jdks.Jdk jdk, String call) {
    try (FakeProvider provider =
        FakeProvider.start()
            .on(
                "/openai/v1/chat/completions",
                request ->
                    Reply.sse(
                        ReplayProvider.chatStream(ReplayProvider.asksForUsage(request.text()))))) {
      AgentSetup setup =
          new AgentSetup(directory, "sdk-test").endpoints(provider).with("stream_usage: request");

      String bare = answer(jdk, provider, call);
      String metered = answer(jdk, provider, call, setup.javaagent());

      assertThat(metered).isEqualTo(bare);
      assertThat(QueueContents.of(setup.queueDirectory()).exchanges())
          .singleElement()
          .satisfies(
              record -> {
                assertThat(record.get(INPUT_TOKENS)).isEqualTo(412);
                assertThat(record.get(OUTPUT_TOKENS)).isEqualTo(64);
                assertThat(record.get(COMPLETION)).isEqualTo("complete");
              });
    }
  }

  static Stream<Arguments> unaskedStreams() {
    return Jdks.all().stream()
        .flatMap(
            jdk ->
                Stream.of(
                        "openai.chat.stream.unasked",
                        "openai.chat.async.stream.unasked",
                        "langchain4j.chat.stream.unasked")
                    .map(call -> Arguments.of(jdk, call)));
  }

  private static String answer(
      Jdks.Jdk jdk, FakeProvider provider, String call, String... jvmArguments) {
    try (JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvmArguments)
            .main(
                Jars.applicationClassPath(), "io.tokenledger.it.sdk.SdkMain", call, provider.url())
            .start()) {
      assertThat(process.exitCode(AT_MOST)).as(process.transcript()).isZero();
      return process.transcript();
    }
  }

  private record Expected(
      String call,
      String client,
      String api,
      String model,
      boolean streamed,
      long inputTokens,
      Long outputTokens) {

    void check(UsageRecord record) {
      assertThat(record.get(CLIENT)).isEqualTo(client);
      assertThat(record.get(API)).isEqualTo(api);
      assertThat(record.get(MODEL)).isEqualTo(model);
      assertThat(record.get(REQUEST_MODEL)).isNotNull();
      assertThat(record.get(STREAMED)).isEqualTo(streamed);
      assertThat(record.get(INPUT_TOKENS)).isEqualTo(inputTokens);
      assertThat(record.get(OUTPUT_TOKENS)).isEqualTo(outputTokens);
      assertThat(record.get(STATUS)).isEqualTo("success");
      assertThat(record.get(COMPLETION)).isEqualTo("complete");
    }

    @Override
    public String toString() {
      return call;
    }
  }
}
