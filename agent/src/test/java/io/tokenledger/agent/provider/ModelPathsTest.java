package io.tokenledger.agent.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tokenledger.agent.exchange.RequestTarget;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPathsTest {
  @ParameterizedTest
  @CsvSource({
    "/llm/v7/chat/completions, /chat/completions",
    "/v1/responses, /v1/responses",
    "/proxy/v1/messages, /v1/messages",
    "/v1beta/models/gemini-3-pro:generateContent, :generateContent",
    "/v1beta/models/gemini-3-pro:streamGenerateContent, :streamGenerateContent",
    "/model/us.anthropic.claude%3A0/converse-stream, /converse-stream",
    "/bedrock/model/x/invoke, /invoke",
    "/api/chat, /api/chat",
    "/v1/embeddings, /v1/embeddings",
  })
  void saysWhichEndMakesAPathLookLikeAModelCall(String path, String end) {
    assertThat(ModelPaths.end(post(path))).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/rooms/7/messages",
        "/survey/responses",
        "/functions/resize/invoke",
        "/v1/messages/count_tokens",
        "/v1beta/models/gemini-3-pro:countTokens",
        "/v1/threads/thread_1/messages",
        "/converse",
        "/v1/orders",
        "/",
      })
  void takesNoWordOfAnybodysApiForOne(String path) {
    assertThat(ModelPaths.end(post(path))).isNull();
  }

  @Test
  void takesNoReadForOne() {
    assertThat(
            ModelPaths.end(
                new RequestTarget("t", "GET", "https", "h", 443, "/v1/chat/completions", null)))
        .isNull();
  }

  @Test
  void allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RequestTarget other = post("/v1/model/17/items");
    RequestTarget call = post("/v1/chat/completions");
    ask(other, call);
    long before = threads.getCurrentThreadAllocatedBytes();
    ask(other, call);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  private static void ask(RequestTarget other, RequestTarget call) {
    for (int i = 0; i < 10_000; i++) {
      if (ModelPaths.end(other) != null || ModelPaths.end(call) == null) {
        throw new AssertionError("i = " + i);
      }
    }
  }

  private static RequestTarget post(String path) {
    return new RequestTarget("test", "POST", "https", "h.example", 443, path, null);
  }
}
