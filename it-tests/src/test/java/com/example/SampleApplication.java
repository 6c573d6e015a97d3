package com.example;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An ordinary application that talks to language models: the two official SDKs and the JDK's own
 * client, streaming and not. It knows nothing of TokenLedger.
 *
 * <p>Arguments: the base address of OpenAI's API and of Anthropic's (or {@code -} to leave one
 * out). The keys come from {@code OPENAI_API_KEY} and {@code ANTHROPIC_API_KEY}.
 */
public final class SampleApplication {
  private static final String QUESTION = "In one sentence: what is a ledger?";

  private SampleApplication() {}

  public static void main(String[] args) throws Exception {
    if (!args[0].equals("-")) {
      openAi(args[0], System.getenv("OPENAI_API_KEY"));
      jdkClient(args[0], System.getenv("OPENAI_API_KEY"));
    }
    if (!args[1].equals("-")) {
      anthropic(args[1], System.getenv("ANTHROPIC_API_KEY"));
    }
    System.exit(0);
  }

  private static void openAi(String baseUrl, String key) {
    OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey(key).build();

    ChatCompletionCreateParams chat =
        ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage(QUESTION).build();
    say("openai-java, chat", client.chat().completions().create(chat).id());

    ChatCompletionCreateParams withUsage =
        chat.toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    say("openai-java, chat stream", countChunks(client, withUsage) + " chunks");
    say("openai-java, chat stream that asks for no usage", countChunks(client, chat) + " chunks");

    ResponseCreateParams response =
        ResponseCreateParams.builder().model("gpt-5-mini").input(QUESTION).build();
    say("openai-java, responses", client.responses().create(response).id());

    EmbeddingCreateParams embedding =
        EmbeddingCreateParams.builder().model("text-embedding-3-small").input(QUESTION).build();
    say("openai-java, embeddings", client.embeddings().create(embedding).data().size() + " vector");
  }

  private static long countChunks(OpenAIClient client, ChatCompletionCreateParams params) {
    try (com.openai.core.http.StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      return stream.stream().count();
    }
  }

  private static void jdkClient(String baseUrl, String key) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/chat/completions"))
            .timeout(Duration.ofMinutes(1))
            .header("content-type", "application/json")
            .header("authorization", "Bearer " + key);
    HttpClient client = HttpClient.newHttpClient();

    String body =
        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + QUESTION
            + "\"}]";
    String answer =
        client
            .send(
                request.POST(HttpRequest.BodyPublishers.ofString(body + "}")).build(),
                BodyHandlers.ofString())
            .body();
    say("java.net.http, chat", answer.length() + " characters");

    String streaming = body + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                client
                    .send(
                        request.POST(HttpRequest.BodyPublishers.ofString(streaming)).build(),
                        BodyHandlers.ofInputStream())
                    .body(),
                StandardCharsets.UTF_8))) {
      say("java.net.http, chat stream", lines.lines().count() + " lines");
    }
  }

  private static void anthropic(String baseUrl, String key) {
    AnthropicClient client = AnthropicOkHttpClient.builder().baseUrl(baseUrl).apiKey(key).build();

    MessageCreateParams message =
        MessageCreateParams.builder()
            .model("claude-sonnet-4-5")
            .maxTokens(200)
            .addUserMessage(QUESTION)
            .build();
    say("anthropic-java, messages", client.messages().create(message).id());

    MessageCreateParams streamed = message.toBuilder().model("claude-haiku-4-5").build();
    try (com.anthropic.core.http.StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(streamed)) {
      say("anthropic-java, messages stream", stream.stream().count() + " events");
    }
  }

  private static void say(String what, String result) {
    System.out.printf("    %-48s %s%n", what, result);
  }
}
