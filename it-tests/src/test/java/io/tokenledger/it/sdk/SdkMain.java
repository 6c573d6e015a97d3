package io.tokenledger.it.sdk;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The application of the SDK tests: does one thing with one SDK and prints what the SDK answered.
 * Arguments: the scenario and the fake provider's address.
 */
public final class SdkMain {
  private static final String QUESTION = "What is a ledger?";

  private final String url;

  private SdkMain(String url) {
    this.url = url;
  }

  public static void main(String[] args) throws Exception {
    System.out.println(new SdkMain(args[1]).scenarios().get(args[0]).call());
    System.exit(0);
  }

  private Map<String, Callable<Object>> scenarios() {
    return Map.ofEntries(
        Map.entry("openai.chat", () -> openAi().chat().completions().create(chat()).id()),
        Map.entry("openai.chat.stream", this::chatStream),
        Map.entry("openai.chat.stream.unasked", this::chatStreamUnasked),
        Map.entry("openai.chat.async.stream.unasked", this::chatAsyncStreamUnasked),
        Map.entry("langchain4j.chat.stream.unasked", this::langChainStream),
        Map.entry(
            "openai.chat.async",
            () -> openAi().async().chat().completions().create(chat()).get().id()),
        Map.entry("openai.chat.async.stream", this::chatAsyncStream),
        Map.entry("openai.responses", () -> openAi().responses().create(response()).id()),
        Map.entry("openai.embeddings", () -> openAi().embeddings().create(embedding()).model()),
        Map.entry("anthropic.messages", () -> anthropic().messages().create(message()).id()),
        Map.entry("anthropic.messages.stream", this::messagesStream),
        Map.entry(
            "anthropic.messages.async",
            () -> anthropic().async().messages().create(message()).get().id()),
        Map.entry("anthropic.messages.async.stream", this::messagesAsyncStream),
        Map.entry("langchain4j.chat", this::langChain),
        Map.entry("langchain4j.chat.stream", this::langChainStream));
  }

  private OpenAIClient openAi() {
    return OpenAIOkHttpClient.builder().baseUrl(url + "/openai/v1").apiKey("sk-test").build();
  }

  private AnthropicClient anthropic() {
    return AnthropicOkHttpClient.builder().baseUrl(url + "/anthropic").apiKey("sk-test").build();
  }

  private static ChatCompletionCreateParams chat() {
    return ChatCompletionCreateParams.builder()
        .model("gpt-4o-mini")
        .addUserMessage(QUESTION)
        .build();
  }

  private static ChatCompletionCreateParams chatWithUsage() {
    return chat().toBuilder()
        .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
        .build();
  }

  private static ResponseCreateParams response() {
    return ResponseCreateParams.builder().model("gpt-5-mini").input(QUESTION).build();
  }

  private static EmbeddingCreateParams embedding() {
    return EmbeddingCreateParams.builder().model("text-embedding-3-small").input(QUESTION).build();
  }

  private static MessageCreateParams message() {
    return MessageCreateParams.builder()
        .model("claude-sonnet-4-5")
        .maxTokens(200)
        .addUserMessage(QUESTION)
        .build();
  }

  private Object chatStream() {
    try (var stream = openAi().chat().completions().createStreaming(chatWithUsage())) {
      return stream.stream().count();
    }
  }

  private Object chatAsyncStream() throws Exception {
    AtomicInteger chunks = new AtomicInteger();
    openAi()
        .async()
        .chat()
        .completions()
        .createStreaming(chatWithUsage())
        .subscribe(chunk -> chunks.incrementAndGet())
        .onCompleteFuture()
        .get();
    return chunks;
  }

  /** Everything that the SDK makes of the stream. */
  private Object chatStreamUnasked() {
    try (var stream = openAi().chat().completions().createStreaming(chat())) {
      return stream.stream().toList();
    }
  }

  private Object chatAsyncStreamUnasked() throws Exception {
    List<Object> chunks = new ArrayList<>();
    openAi()
        .async()
        .chat()
        .completions()
        .createStreaming(chat())
        .subscribe(chunks::add)
        .onCompleteFuture()
        .get();
    return chunks;
  }

  private Object messagesStream() {
    try (var stream = anthropic().messages().createStreaming(message())) {
      return stream.stream().count();
    }
  }

  private Object messagesAsyncStream() throws Exception {
    AtomicInteger events = new AtomicInteger();
    anthropic()
        .async()
        .messages()
        .createStreaming(message())
        .subscribe(event -> events.incrementAndGet())
        .onCompleteFuture()
        .get();
    return events;
  }

  private Object langChain() {
    return OpenAiChatModel.builder()
        .baseUrl(url + "/openai/v1")
        .apiKey("sk-test")
        .modelName("gpt-4o-mini")
        .build()
        .chat(QUESTION);
  }

  private Object langChainStream() throws Exception {
    CompletableFuture<Object> answer = new CompletableFuture<>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(url + "/openai/v1")
        .apiKey("sk-test")
        .modelName("gpt-4o-mini")
        .build()
        .chat(
            QUESTION,
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String partial) {}

              @Override
              public void onCompleteResponse(ChatResponse response) {
                answer.complete(response.aiMessage().text());
              }

              @Override
              public void onError(Throwable error) {
                answer.completeExceptionally(error);
              }
            });
    return answer.get();
  }
}
