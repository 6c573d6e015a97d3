package io.tokenledger.agent.streamusage;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is asked for the usage of a stream, and who is not asked any more. */
class StreamUsageTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final byte[] STREAM = utf8("{\"stream\":true}");

  private final Recogniser recogniser = new Recogniser(Providers.all(), List.of(), true);
  private final StreamUsage streamUsage = new StreamUsage();
  private final List<Throwable> faults = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "api.openai.com,/v1/chat/completions",
    "api.openai.com,/v1/completions",
    "test.openai.azure.com,/openai/v1/chat/completions",
    "api.x.ai,/v1/chat/completions",
    "llm.internal,/v1/chat/completions",
    "127.0.0.1,/v1/chat/completions",
  })
  void asksHostsThatReportOnRequest(String host, String path) {
    assertThat(ask(host, path, null, Map.of())).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "api.openai.com,/v1/responses",
    "api.openai.com,/v1/embeddings",
    "api.anthropic.com,/v1/messages",
    "api.deepseek.com,/chat/completions",
    "api.groq.com,/openai/v1/chat/completions",
    "api.mistral.ai,/v1/chat/completions",
    "openrouter.ai,/api/v1/chat/completions",
    "api.perplexity.ai,/chat/completions",
    "router.huggingface.co,/v1/chat/completions",
    "api.together.xyz,/v1/chat/completions",
    "api.z.ai,/api/paas/v4/chat/completions",
  })
  void asksNobodyElse(String host, String path) {
    assertThat(ask(host, path, null, Map.of())).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "authorization,AWS4-HMAC-SHA256 Credential=x",
    "x-amz-content-sha256,abc",
    "content-digest,sha-256=:x:",
    "digest,SHA-256=x",
    "content-md5,x",
    "signature,sig1=:x:",
    "content-encoding,gzip",
    "content-length,15",
    "accept-encoding,gzip",
    "accept-encoding,'br, gzip'",
    "x-stainless-retry-count,1",
  })
  void leavesARequestThatAChangeCouldBreakOrWhoseAnswerCouldArriveEncoded(
      String header, String value) {
    assertThat(ask("api.openai.com", CHAT, null, Map.of(header, value))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "authorization,Bearer sk-x",
    "accept-encoding,identity",
    "x-stainless-retry-count,0",
    "content-type,application/json",
  })
  void asksWithOrdinaryHeaders(String header, String value) {
    assertThat(ask("api.openai.com", CHAT, null, Map.of(header, value))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "api-version=2023-05-15,false",
    "a=b&api-version=2024-06-01&c=d,false",
    "api-version=2024-05-01-preview,false",
    "api-version=2024-10-21,true",
    "api-version=2025-03-01-preview,true",
    "api-version=preview,true",
    "a=b,true",
  })
  void asksAzureFromTheVersionOnThatKnowsTheOption(String query, boolean asked) {
    String path = "/openai/deployments/d/chat/completions";
    assertThat(ask("x.openai.azure.com", path, query, Map.of()) != null).isEqualTo(asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"Unrecognized request argument supplied: stream_options\"}}",
        "{\"detail\":[{\"loc\":[\"body\",\"stream_options\",\"include_usage\"]}]}",
        "sstream_optionstream_options",
      })
  void neverAsksAHostAgainThatNamesTheOption(String error) {
    for (int cut = 0; cut <= error.length(); cut++) {
      StreamUsage fresh = new StreamUsage();
      UsageAsk ask = asked(fresh);
      byte[] body = utf8(error);
      ask.head(404);
      ask.bytes(body, 0, cut);
      ask.bytes(ByteBuffer.wrap(body, cut, body.length - cut));
      ask.ended(true);

      assertThat(ask.outcome()).isEqualTo("refused");
      assertThat(ask(fresh, "api.openai.com", CHAT, null, Map.of())).isNull();
      assertThat(ask(fresh, "llm.internal", CHAT, null, Map.of())).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422})
  void doesNotAskWhileTheReasonOfABadRequestIsUnknown(int status) {
    UsageAsk ask = asked(streamUsage);
    ask.head(status);
    assertThat(ask("api.openai.com", CHAT, null, Map.of())).isNull();

    byte[] error = utf8("{\"error\":{\"message\":\"too long\"}}");
    ask.bytes(error, 0, error.length);
    ask.ended(true);
    assertThat(ask.outcome()).isEqualTo("requested");
    assertThat(ask("api.openai.com", CHAT, null, Map.of())).isNotNull();
  }

  @Test
  void neverAsksAHostAgainWhoseReasonNobodyRead() {
    UsageAsk ask = asked(streamUsage);
    ask.head(400);
    ask.ended(false);

    assertThat(ask.outcome()).isEqualTo("refused");
    assertThat(ask("api.openai.com", CHAT, null, Map.of())).isNull();
  }

  @Test
  void asksNobodyOnceTheListOfThoseThatRefusedIsFull() {
    RefusingHosts refusing = new RefusingHosts();
    for (int i = 0; i <= RefusingHosts.MAX_HOSTS; i++) {
      assertThat(refusing.contains("new:1")).isFalse();
      refusing.add("host" + i + ":443");
    }
    assertThat(refusing.contains("new:1")).isTrue();
  }

  @Test
  void takesNothingOutOfWhatItDidNotAskFor() {
    UsageAsk unasked = ask("api.openai.com", CHAT, null, Map.of());

    assertThat(unasked.filter(200, name -> null)).isNull();
    assertThat(unasked.outcome()).isNull();
    assertThat(asked(streamUsage).filter(404, name -> null)).isNull();
  }

  @Test
  void leavesAnAnswerThatIsEncodedAllTheSameAndSaysSo() {
    UsageAsk ask = asked(streamUsage);

    assertThat(ask.filter(200, Map.of("content-encoding", "gzip")::get)).isNull();
    assertThat(ask.shown()).isTrue();
  }

  @Test
  void takesNullsOutOnlyWhereTheProviderAddsThem() throws IOException {
    String event = "data: {\"choices\":[{}],\"usage\":null}\n\n";

    assertThat(filtered(asked("api.openai.com"), event)).isEqualTo("data: {\"choices\":[{}]}\n\n");
    assertThat(filtered(asked("api.x.ai"), event)).isEqualTo(event);
    // vLLM's older API says null unasked
    assertThat(filtered(shown(ask("vllm.internal", "/v1/completions", null, Map.of())), event))
        .isEqualTo(event);
  }

  private static String filtered(UsageAsk ask, String stream) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ask.filter(200, name -> null).feed(utf8(stream), 0, stream.length(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private UsageAsk asked(String host) {
    return shown(ask(host, CHAT, null, Map.of()));
  }

  private UsageAsk asked(StreamUsage streamUsage) {
    return shown(ask(streamUsage, "api.openai.com", CHAT, null, Map.of()));
  }

  private static UsageAsk shown(UsageAsk ask) {
    OptionScanner scanner = ask.scanner();
    scanner.write(STREAM, 0, STREAM.length);
    assertThat(ask.edit(scanner, STREAM.length)).isNotNull();
    assertThat(ask.outcome()).isEqualTo("requested");
    return ask;
  }

  private UsageAsk ask(String host, String path, String query, Map<String, String> headers) {
    return ask(streamUsage, host, path, query, headers);
  }

  private UsageAsk ask(
      StreamUsage streamUsage,
      String host,
      String path,
      String query,
      Map<String, String> headers) {
    RequestTarget target = new RequestTarget("okhttp", "POST", "https", host, 443, path, query);
    RecognisedCall call = recogniser.recognise(target);
    assertThat(call).isNotNull();
    return streamUsage.ask(target, call, headers::get, faults::add);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
