package io.tokenledger.agent.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tokenledger.agent.config.AgentConfig.Endpoint;
import io.tokenledger.agent.exchange.RequestTarget;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are calls of providers that have languages of their own. */
class NativeApisTest {
  private static final String GEMINI = "https://generativelanguage.googleapis.com";
  private static final String VERTEX =
      "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5";

  private final Recogniser discovering = new Recogniser(Providers.all(), List.of(), true);
  private final Recogniser strict = new Recogniser(Providers.all(), List.of(), false);

  @ParameterizedTest
  @CsvSource({
    "POST, /v1beta/models/gemini-3-flash:generateContent, gemini.generateContent",
    "POST, /v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse, gemini.generateContent",
    "POST, /v1/tunedModels/mine:generateContent, gemini.generateContent",
    "POST, /v1beta/models/gemini-embedding-2:embedContent, gemini.embedContent",
    "POST, /v1beta/models/gemini-embedding-001:batchEmbedContents, gemini.embedContent",
    "POST, /v1beta/models/imagen-4.0:predict, gemini.predict",
    "POST, /v1beta/models/veo-3.0:predictLongRunning, gemini.predict",
    "POST, /v1beta/interactions, gemini.interactions",
    "GET, /v1beta/interactions/v1_abc?stream=true, gemini.interactions",
    "GET, /v1beta/batches/abc, gemini.batch",
    "POST, /v1beta/openai/chat/completions, openai.chat",
    "POST, /v1beta/openai/embeddings, openai.embeddings",
  })
  void knowsGeminisCalls(String method, String path, String api) {
    assertCall(strict, method, GEMINI + path, "gemini", api);
  }

  @ParameterizedTest
  @CsvSource({
    "/publishers/google/models/gemini-3-flash:generateContent, gemini.generateContent",
    "/publishers/google/models/gemini-3-flash:streamGenerateContent, gemini.generateContent",
    "/endpoints/4711:generateContent, gemini.generateContent",
    "/publishers/google/models/text-embedding-005:predict, gemini.predict",
    "/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict, anthropic.messages",
    "/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict, anthropic.messages",
    "/publishers/mistralai/models/mistral-small-2503:rawPredict, openai.chat",
    "/publishers/mistralai/models/mistral-small-2503:streamRawPredict, openai.chat",
    "/endpoints/openapi/chat/completions, openai.chat",
  })
  void knowsVertexCallsOfAllPublishers(String path, String api) {
    assertCall(strict, "POST", VERTEX + path, "vertexai", api);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aiplatform.googleapis.com",
        "europe-west4-aiplatform.googleapis.com",
        "US-East5-AIPlatform.googleapis.com",
        "aiplatform.eu.rep.googleapis.com"
      })
  void knowsVertexByEveryFormOfItsHost(String host) {
    String path = "/v1/publishers/google/models/gemini-3-flash:generateContent";
    assertCall(strict, "POST", "https://" + host + path, "vertexai", "gemini.generateContent");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.cohere.com/v2/chat, cohere, cohere.chat.v2",
    "https://api.cohere.ai/v1/chat, cohere, cohere.chat.v1",
    "https://api.cohere.com/v2/embed, cohere, cohere.embed.v2",
    "https://api.cohere.com/v1/embed, cohere, cohere.embed.v1",
    "https://api.cohere.com/v2/rerank, cohere, cohere.rerank.v2",
    "https://api.cohere.com/v1/rerank, cohere, cohere.rerank.v1",
    "https://api.cohere.com/v1/generate, cohere, cohere.generate.v1",
    "https://api.cohere.com/compatibility/v1/chat/completions, cohere, openai.chat",
    "http://localhost:11434/api/chat, ollama, ollama.chat",
    "http://127.0.0.1:11434/api/generate, ollama, ollama.generate",
    "http://[::1]:11434/api/embed, ollama, ollama.embed",
    "http://localhost:11434/api/embeddings, ollama, ollama.embed",
    "http://localhost:11434/v1/chat/completions, ollama, openai.chat",
    "http://localhost:11434/v1/messages, ollama, anthropic.messages",
    "https://ollama.com/api/chat, ollama-cloud, ollama.chat",
    "https://api.voyageai.com/v1/rerank, voyage, rerank",
    "https://api.voyageai.com/v1/embeddings, voyage, openai.embeddings",
    "https://api.together.xyz/v1/rerank, together, rerank",
    "https://api.replicate.com/v1/predictions, replicate, replicate.predictions",
    "https://api.replicate.com/v1/models/meta/llama/predictions, replicate, replicate.predictions",
  })
  void knowsTheCallsOfOthers(String url, String provider, String api) {
    assertCall(strict, "POST", url, provider, api);
  }

  @Test
  void knowsTheReadOfAPrediction() {
    String url = "https://api.replicate.com/v1/predictions/vdcbnszbj37qhlzgoergjj5dsa";

    assertCall(strict, "GET", url, "replicate", "replicate.predictions");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash:countTokens",
    "POST, https://generativelanguage.googleapis.com/v1beta/models/gemini-3:batchGenerateContent",
    "POST, https://generativelanguage.googleapis.com/v1beta/cachedContents",
    "POST, https://generativelanguage.googleapis.com/v1beta/batches/abc:cancel",
    "GET, https://generativelanguage.googleapis.com/v1beta/batches",
    "GET, https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash",
    "GET, https://generativelanguage.googleapis.com/v1beta/interactions",
    "DELETE, https://generativelanguage.googleapis.com/v1beta/interactions/v1_abc",
    "POST, https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/m:countTokens",
    "POST, https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict",
    "POST, https://aiplatform.googleapis.com/v1/projects/p/locations/l/cachedContents",
    "POST, https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/veo:fetchPredictOperation",
    "POST, https://api.cohere.com/v1/tokenize",
    "POST, https://api.cohere.com/v1/detokenize",
    "POST, https://api.cohere.com/v1/embed-jobs",
    "GET, https://api.cohere.com/v2/chat",
    "POST, http://localhost:11434/api/pull",
    "GET, http://localhost:11434/api/tags",
    "POST, http://localhost:3000/api/chat",
    "POST, https://shop.example.com/api/chat",
    "POST, https://shop.example.com/v1/chat",
    "POST, https://shop.example.com/rerank",
    "POST, https://shop.example.com/v1/interactions",
    "GET, https://shop.example.com/v1beta/batches/7",
    "POST, https://shop.example.com/v1/models/churn:predict",
    "GET, https://shop.example.com/v1/predictions/7",
    "GET, https://api.replicate.com/v1/predictions",
    "GET, https://api.replicate.com/v1/predictions/",
    "POST, https://api.replicate.com/v1/predictions/abc/cancel",
  })
  void leavesLookAlikesAlone(String method, String url) {
    assertThat(discovering.recognise(target(method, url))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "https://llm.example.com/gemini/v1beta/models/g:generateContent, llm.example.com, gemini.generateContent",
    "http://ollama:11434/api/chat, ollama, ollama.chat",
    "http://127.0.0.1:4000/v1/rerank, local, rerank",
    "https://llm.example.com/cohere/v2/chat, llm.example.com, cohere.chat.v2",
  })
  void discoversThemOnUnlistedHosts(String url, String provider, String api) {
    RecognisedCall call = discovering.recognise(target("POST", url));

    assertThat(call.provider()).isEqualTo(provider);
    assertThat(call.surface().api()).isEqualTo(api);
    assertThat(call.billed()).isFalse();
    assertThat(strict.recognise(target("POST", url))).isNull();
  }

  @Test
  void readsOpenAisBatchJobsAtNoGatewayAsGooglesResults() {
    Recogniser gateway =
        new Recogniser(
            Providers.all(), List.of(new Endpoint("http://gateway", "gateway", null, true)), true);

    assertThat(gateway.recognise(target("GET", "http://gateway/v1/batches/batch_1"))).isNull();
    assertCall(gateway, "POST", "http://gateway/v1/rerank", "gateway", "rerank");
  }

  @Test
  void allocatesNothingForTheirLookAlikes() {
    List<RequestTarget> others =
        List.of(
            target("POST", GEMINI + "/v1beta/models/gemini-3-flash:countTokens"),
            target("GET", GEMINI + "/v1beta/files/abc"),
            target("POST", VERTEX + "/publishers/google/models/g:countTokens"),
            target("POST", "https://api.cohere.com/v1/tokenize"),
            target("GET", "http://localhost:11434/api/tags"),
            target("GET", "https://api.replicate.com/v1/predictions"));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 10_000;
    recogniseOften(others, rounds);

    long before = threads.getCurrentThreadAllocatedBytes();
    recogniseOften(others, rounds);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).as("bytes for %d rounds", rounds).isLessThan(rounds);
  }

  private void recogniseOften(List<RequestTarget> targets, int rounds) {
    for (int i = 0; i < rounds; i++) {
      for (int j = 0; j < targets.size(); j++) {
        if (discovering.recognise(targets.get(j)) != null) {
          throw new AssertionError("recognised " + targets.get(j));
        }
      }
    }
  }

  private static void assertCall(
      Recogniser recogniser, String method, String url, String provider, String api) {
    RecognisedCall call = recogniser.recognise(target(method, url));

    assertThat(call).as(url).isNotNull();
    assertThat(call.provider()).isEqualTo(provider);
    assertThat(call.surface().api()).isEqualTo(api);
    assertThat(call.billed()).isTrue();
  }

  private static RequestTarget target(String method, String url) {
    URI uri = URI.create(url);
    String host = uri.getHost();
    int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    return new RequestTarget(
        "test",
        method,
        uri.getScheme(),
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        uri.getRawPath(),
        uri.getRawQuery());
  }
}
