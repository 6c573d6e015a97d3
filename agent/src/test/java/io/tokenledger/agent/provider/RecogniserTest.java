package io.tokenledger.agent.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class RecogniserTest {
  private final Recogniser discovering = new Recogniser(Providers.all(), List.of(), true);
  private final Recogniser strict = new Recogniser(Providers.all(), List.of(), false);

  @ParameterizedTest
  @CsvSource({
    "POST, https://api.openai.com/v1/chat/completions, openai, openai.chat",
    "POST, https://eu.api.openai.com/v1/chat/completions, openai, openai.chat",
    "POST, https://API.OpenAI.com/v1/responses, openai, openai.responses",
    "GET, https://api.openai.com/v1/responses/resp_68?stream=true, openai, openai.responses",
    "POST, https://api.openai.com/v1/responses/compact, openai, openai.responses.compact",
    "POST, https://api.openai.com/v1/embeddings, openai, openai.embeddings",
    "POST, https://api.openai.com/v1/completions, openai, openai.completions",
    "POST, https://api.openai.com/v1/images/generations, openai, openai.images",
    "POST, https://api.openai.com/v1/images/edits, openai, openai.images",
    "POST, https://api.openai.com/v1/audio/transcriptions, openai, openai.audio.transcriptions",
    "POST, https://api.openai.com/v1/audio/translations, openai, openai.audio.translations",
    "POST, https://api.openai.com/v1/audio/speech, openai, openai.audio.speech",
    "POST, https://api.openai.com/v1/moderations, openai, openai.moderations",
    "POST, https://api.openai.com/v1/threads/runs, openai, openai.threads.runs",
    "POST, https://api.openai.com/v1/threads/thread_1/runs, openai, openai.threads.runs",
    "GET, https://api.openai.com/v1/threads/thread_1/runs/run_1, openai, openai.threads.runs",
    "POST, https://api.openai.com/v1/threads/thread_1/runs/run_1, openai, openai.threads.runs",
    "POST, https://api.openai.com/v1/threads/t/runs/r/submit_tool_outputs, openai, openai.threads.runs",
    "POST, https://api.openai.com/v1/threads/t/runs/r/cancel, openai, openai.threads.runs",
    "GET, https://api.openai.com/v1/files/file-1/content, openai, openai.batch.results",
    "POST, https://r.openai.azure.com//openai/deployments/d/chat/completions?api-version=1, azure, openai.chat",
    "POST, https://r.openai.azure.com/openai/deployments/d/completions, azure, openai.completions",
    "POST, https://r.cognitiveservices.azure.com/openai/v1/responses, azure, openai.responses",
    "POST, https://r.services.ai.azure.com/models/chat/completions, azure, openai.chat",
    "POST, https://r.services.ai.azure.com/models/embeddings, azure, openai.embeddings",
    "POST, https://r.services.ai.azure.com/anthropic/v1/messages, azure, anthropic.messages",
    "POST, https://api.mistral.ai/v1/fim/completions, mistral, openai.completions",
    "POST, https://codestral.mistral.ai/v1/fim/completions, mistral, openai.completions",
    "POST, https://api.mistral.ai/v1/agents/completions, mistral, openai.chat",
    "POST, https://api.mistral.ai/v1/ocr, mistral, mistral.ocr",
    "POST, https://eu-west-1.api.x.ai/v1/chat/completions, xai, openai.chat",
    "POST, https://api.x.ai/v1/images/edits, xai, openai.images",
    "POST, https://openrouter.ai/api/v1/responses, openrouter, openai.responses",
    "POST, https://api.perplexity.ai/chat/completions, perplexity, openai.chat",
    "POST, https://api.fireworks.ai/inference/v1/completions, fireworks, openai.completions",
    "POST, https://router.huggingface.co/groq/v1/chat/completions, huggingface, openai.chat",
    "POST, https://api.moonshot.cn/v1/chat/completions, moonshot, openai.chat",
    "POST, https://open.bigmodel.cn/api/paas/v4/embeddings, zai, openai.embeddings",
    "POST, https://a.snowflakecomputing.com/api/v2/cortex/v1/chat/completions, snowflake, openai.chat",
    "POST, https://gateway-us.pydantic.dev/proxy/openai/responses, pydantic-gateway, openai.responses",
    "POST, https://ai-gateway.vercel.sh/v1/chat/completions, vercel-gateway, openai.chat",
    "POST, https://api.anthropic.com/v1/messages?beta=true, anthropic, anthropic.messages",
    "POST, https://api.groq.com/openai/v1/chat/completions, groq, openai.chat",
    "POST, https://api.deepseek.com/responses, deepseek, openai.responses",
    "POST, https://api.deepseek.com/anthropic/v1/messages, deepseek, anthropic.messages",
    "POST, https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions, alibaba, openai.chat",
  })
  void knowsCallsOnTheProvidersOwnHosts(String method, String url, String provider, String api) {
    RecognisedCall call = strict.recognise(target(method, url));

    assertThat(call.provider()).isEqualTo(provider);
    assertThat(call.surface().api()).isEqualTo(api);
    assertThat(call.billed()).isTrue();
    assertThat(call.endpoint()).isEqualTo(URI.create(url).getRawPath());
    assertThat(call.host()).isEqualTo(URI.create(url).getHost());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, https://api.anthropic.com/v1/messages/count_tokens",
    "POST, https://api.anthropic.com/v1/messages/batches",
    "GET, https://api.anthropic.com/v1/messages/batches/msgbatch_1",
    "POST, https://api.openai.com/v1/responses/input_tokens",
    "POST, https://api.openai.com/v1/responses/resp_1/cancel",
    "DELETE, https://api.openai.com/v1/responses/resp_1",
    "GET, https://api.openai.com/v1/responses/resp_1/input_items",
    "GET, https://api.openai.com/v1/responses/",
    "GET, https://api.openai.com/v1/responses",
    "GET, https://api.openai.com/v1/organization/usage/completions",
    "GET, https://api.openai.com/v1/organization/usage/embeddings",
    "GET, https://api.openai.com/v1/chat/completions",
    "GET, https://api.openai.com/v1/models",
    "POST, https://api.openai.com/v1/batches",
    "POST, https://api.openai.com/v1/threads/thread_1/messages",
    "POST, https://api.openai.com/v1/survey/responses",
    "POST, https://api.deepseek.com/v1/threads/thread_1/messages",
    "GET, https://api.openai.com/v1/batches/batch_1",
    "GET, https://api.openai.com/v1/threads/thread_1/runs",
    "GET, https://api.openai.com/v1/threads/thread_1/runs/run_1/steps",
    "GET, https://api.openai.com/v1/files/file-1",
    "POST, https://api.openai.com/v1/files",
    "POST, https://api.mistral.ai/v1/batch/jobs",
    "GET, https://api.x.ai/v1/batches/batch_1",
    "POST, https://r.openai.azure.com/openai/deployments/d/extensions/on-your-data",
    "POST, https://api.openai.com",
  })
  void leavesLookAlikesAlone(String method, String url) {
    assertThat(discovering.recognise(target(method, url))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "https://proxy.example.com/openai/v1/chat/completions, proxy.example.com, openai.chat",
    "https://Proxy.Example.com/chat/completions, proxy.example.com, openai.chat",
    "http://localhost:8000/v1/chat/completions, local, openai.chat",
    "http://127.0.0.1:8000/v1/embeddings, local, openai.embeddings",
    "http://[::1]:8000/v1/messages, local, anthropic.messages",
    "http://gateway:8787/openai/responses, gateway, openai.responses",
    "http://x.example/openai/deployments/d/embeddings, x.example, openai.embeddings",
    "http://localhost:8000/v1/completions, local, openai.completions",
    "http://x.example/v1/audio/speech, x.example, openai.audio.speech",
    "http://x.example/openai/v1/threads/thread_1/runs, x.example, openai.threads.runs",
  })
  void discoversKnownPathsOnUnlistedHostsWithoutBilling(String url, String provider, String api) {
    RecognisedCall call = discovering.recognise(target("POST", url));

    assertThat(call.provider()).isEqualTo(provider);
    assertThat(call.surface().api()).isEqualTo(api);
    assertThat(call.billed()).isFalse();
    assertThat(strict.recognise(target("POST", url))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://forms.example.com/v1/survey/responses",
        "https://forms.example.com/responses",
        "https://shop.example.com/v1/documents/completions",
        "https://graph.example.com/threads/5f1c/runs",
        "https://scans.example.com/v1/ocr",
        "https://mail.example.com/v1/threads/17/runs",
        "https://chat.example.com/messages",
        "https://chat.example.com/rooms/7/messages",
        "https://files.example.com/v1/files/embeddings",
        "https://shop.example.com/v1/orders",
        "https://api.openai.com.example.org/v1/orders",
        "https://notapi.openai.com/v1/orders",
      })
  void takesNoOtherApiForAModelCall(String url) {
    assertThat(discovering.recognise(target("POST", url))).isNull();
  }

  @Test
  void asksConfiguredEndpointsBeforeHosts() {
    Recogniser recogniser =
        with(new Endpoint("https://api.openai.com/v1", "our-openai", "openai", false));

    RecognisedCall call =
        recogniser.recognise(target("POST", "https://api.openai.com/v1/chat/completions"));

    assertThat(call.provider()).isEqualTo("our-openai");
    assertThat(call.billed()).isFalse();
    assertThat(call.endpoint()).isEqualTo("/chat/completions");
  }

  @Test
  void prefersTheLongestPrefix() {
    Recogniser recogniser =
        with(
            new Endpoint("http://gateway:8080", "short", "openai", true),
            new Endpoint("http://gateway:8080/team/a", "long", "openai", true),
            new Endpoint("http://gateway:8080/team", "middle", "openai", true));

    assertThat(
            recogniser
                .recognise(target("POST", "http://gateway:8080/team/a/v1/chat/completions"))
                .provider())
        .isEqualTo("long");
  }

  @Test
  void endsAPrefixAtASlashOnly() {
    Recogniser recogniser = with(new Endpoint("http://gateway/open", "gateway", "openai", true));

    RecognisedCall call =
        recogniser.recognise(target("POST", "http://gateway/openai/v1/chat/completions"));

    assertThat(call.billed()).as("discovered, not configured").isFalse();
  }

  @Test
  void tellsTwoConfiguredPortsOfOneHostApart() {
    Recogniser recogniser =
        with(
            new Endpoint("http://127.0.0.1:1111", "openai", null, true),
            new Endpoint("http://127.0.0.1:2222", "anthropic", null, true));

    assertThat(recogniser.recognise(target("POST", "http://127.0.0.1:2222/v1/messages")).provider())
        .isEqualTo("anthropic");
    assertThat(
            recogniser
                .recognise(target("POST", "http://127.0.0.1:1111/v1/chat/completions"))
                .provider())
        .isEqualTo("openai");
  }

  @Test
  void readsBothLanguagesOfAConfiguredGateway() {
    Recogniser recogniser = with(new Endpoint("http://litellm_proxy:4000/", "litellm", null, true));
    RequestTarget messages =
        new RequestTarget("okhttp", "POST", "http", "litellm_proxy", 4000, "/v1/messages", null);

    assertThat(recogniser.recognise(messages).surface().api()).isEqualTo("anthropic.messages");
    assertThat(recogniser.recognise(messages).provider()).isEqualTo("litellm");
  }

  @Test
  void countsNoOtherPathOfAConfiguredEndpoint() {
    Recogniser recogniser = with(new Endpoint("http://gateway", "openai", null, true));

    assertThat(recogniser.recognise(target("GET", "http://gateway/health"))).isNull();
    assertThat(recogniser.recognise(target("POST", "http://gateway/v1/messages/count_tokens")))
        .isNull();
  }

  @Test
  void takesNoMessageOfAThreadForAnAnthropicCall() {
    Recogniser recogniser = with(new Endpoint("http://gateway/v1", "openai", null, true));

    assertThat(recogniser.recognise(target("POST", "http://gateway/v1/threads/t/messages")))
        .isNull();
    assertThat(recogniser.recognise(target("POST", "http://gateway/v1/messages")).surface().api())
        .isEqualTo("anthropic.messages");
  }

  @Test
  void saysWhichEndpointIsNoUrl() {
    assertThatThrownBy(() -> with(new Endpoint("gateway:8080", "openai", null, true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'gateway:8080' is no URL");
  }

  @Test
  void knowsAModelCallOnAHostThatHadNoneBefore() {
    assertThat(discovering.recognise(target("GET", "https://llm.example/health"))).isNull();

    assertThat(
            discovering
                .recognise(target("POST", "https://llm.example/v1/chat/completions"))
                .provider())
        .isEqualTo("llm.example");
  }

  @Test
  void knowsOllamaOnAMachineWhoseOtherPortsItWasAskedFor() {
    assertThat(strict.recognise(target("POST", "http://localhost:8080/api/chat"))).isNull();

    assertThat(strict.recognise(target("POST", "http://localhost:11434/api/chat")).provider())
        .isEqualTo("ollama");
  }

  @Test
  void knowsProvidersAfterMoreHostsThanItRemembers() {
    for (int i = 0; i < 2 * UnservedHosts.MAX_HOSTS; i++) {
      assertThat(strict.recognise(target("POST", "https://h" + i + ".example/v1/responses")))
          .isNull();
    }

    assertThat(strict.recognise(target("POST", "https://api.openai.com/v1/responses"))).isNotNull();
    assertThat(strict.recognise(target("POST", "https://h500.example/v1/responses"))).isNull();
  }

  @Test
  void allocatesNothingForARequestThatIsNoModelCall() {
    Recogniser recogniser =
        new Recogniser(
            Providers.all(),
            List.of(new Endpoint("https://gateway.example.com/llm", "gateway", "openai", true)),
            true);
    RequestTarget other = target("POST", "https://shop.example.com/v1/orders/17/items");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int calls = 100_000;
    recogniseOften(recogniser, other, calls);

    long before = threads.getCurrentThreadAllocatedBytes();
    recogniseOften(recogniser, other, calls);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).as("bytes for %d requests", calls).isLessThan(calls);
  }

  private static void recogniseOften(Recogniser recogniser, RequestTarget target, int calls) {
    for (int i = 0; i < calls; i++) {
      if (recogniser.recognise(target) != null) {
        throw new AssertionError("recognised " + target);
      }
    }
  }

  private static Recogniser with(Endpoint... endpoints) {
    return new Recogniser(Providers.all(), List.of(endpoints), true);
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
