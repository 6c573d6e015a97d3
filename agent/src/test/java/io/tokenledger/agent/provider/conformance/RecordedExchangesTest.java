package io.tokenledger.agent.provider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every field of {@code expected.json}, for the project's own exchanges and, with {@code
 * -Dtranscripts=<dir>}, for the recorded ones of the providers that the agent knows.
 */
class RecordedExchangesTest {
  private static final Set<String> PROVIDERS =
      Set.of(
          "openai",
          "anthropic",
          "local",
          "alibaba",
          "bedrock-mantle",
          "cerebras",
          "crusoe",
          "deepseek",
          "groq",
          "huggingface",
          "snowflake",
          "together",
          "voyage",
          "zai");
  private static final Set<String> APIS =
      Set.of(
          "openai.chat",
          "openai.responses",
          "openai.responses.compact",
          "openai.embeddings",
          "anthropic.messages");

  private final Recogniser recogniser = new Recogniser(Providers.all(), List.of(), true);

  @ParameterizedTest
  @MethodSource("own")
  void reportsWhatTheOwnExchangeExpects(Recording exchange) {
    assertReports(exchange);
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void reportsWhatTheRecordedExchangeExpects(Recording exchange) {
    Assumptions.assumeTrue(
        exchange != null,
        "-Dtranscripts=<dir> was not given: only the project's own exchanges ran");
    assertReports(exchange);
  }

  static List<Recording> own() {
    return Recording.own();
  }

  static Stream<Recording> recorded() {
    String transcripts = System.getProperty("transcripts", "");
    if (transcripts.isBlank()) {
      return Stream.of((Recording) null);
    }
    return Recording.in(Path.of(transcripts, "exchanges")).stream()
        .filter(it -> PROVIDERS.contains(it.provider()) && APIS.contains(it.api()));
  }

  private void assertReports(Recording exchange) {
    RecognisedCall call = recogniser.recognise(exchange.target());
    assertThat(call).as("recognised as a model call").isNotNull();
    UsageRecord record = read(exchange, call);
    assertThat(ExpectedRow.differences(exchange.expected(), record)).isEmpty();
    assertThat(
            ExpectedRow.headerDifferences(
                exchange.responseHeaders(), record.get(UsageField.METADATA)))
        .isEmpty();
  }

  private static UsageRecord read(Recording exchange, RecognisedCall call) {
    Captured captured = ReferenceCapture.of(exchange, call.surface());
    UsageRecord.Builder record =
        UsageRecord.builder()
            .set(UsageField.PROVIDER, call.provider())
            .set(UsageField.API, call.surface().api());
    call.surface().normalise(captured, record);
    return record.build();
  }
}
