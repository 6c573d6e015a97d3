package io.tokenledger.it.harness;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fake OpenAI whose every answer has an id and token counts of its own, and which remembers them:
 * what a ledger must come to. Thread-safe.
 */
public final class AccountedProvider implements AutoCloseable {
  private static final String PATH = "/openai/v1/chat/completions";

  private final ConcurrentMap<String, Usage> answered = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();
  private final FakeProvider provider;

  /** What one answer said. */
  public record Usage(long input, long cached, long output) {}

  private AccountedProvider() {
    provider = FakeProvider.start().on(PATH, this::answer);
  }

  public static AccountedProvider start() {
    return new AccountedProvider();
  }

  /** For {@link AgentSetup#endpoints}. */
  public FakeProvider provider() {
    return provider;
  }

  /** The address of the chat endpoint. */
  public String chat() {
    return provider.url() + PATH;
  }

  /** What was answered so far, by response id. */
  public Map<String, Usage> answered() {
    return new TreeMap<>(answered);
  }

  @Override
  public void close() {
    provider.close();
  }

  /** The id is the number that the application gave its call, or else a running one. */
  private Reply answer(Request request) {
    long n = number.incrementAndGet();
    String id = "call-" + request.headers().getOrDefault("x-call", "n" + n);
    Usage usage = new Usage(1_000 + n, n % 1_000, 10 + n * 7 % 5_000);
    answered.put(id, usage);
    return request.text().contains("\"stream\":true")
        ? Reply.sse(stream(id, usage))
        : Reply.json(200, json(id, usage));
  }

  private static String json(String id, Usage usage) {
    return "{\"id\":\""
        + id
        + "\",\"object\":\"chat.completion\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,"
        + "\"message\":{\"role\":\"assistant\",\"content\":\"Paid.\"},\"finish_reason\":\"stop\"}],"
        + usage(usage)
        + "}";
  }

  private static String stream(String id, Usage usage) {
    String chunk =
        "data: {\"id\":\""
            + id
            + "\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o-mini-2024-07-18\",";
    return chunk
        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Pa\"},\"finish_reason\":null}]}\n\n"
        + chunk
        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"id.\"},\"finish_reason\":\"stop\"}]}\n\n"
        + chunk
        + "\"choices\":[],"
        + usage(usage)
        + "}\n\ndata: [DONE]\n\n";
  }

  private static String usage(Usage usage) {
    return "\"usage\":{\"prompt_tokens\":"
        + usage.input()
        + ",\"completion_tokens\":"
        + usage.output()
        + ",\"total_tokens\":"
        + (usage.input() + usage.output())
        + ",\"prompt_tokens_details\":{\"cached_tokens\":"
        + usage.cached()
        + "}}";
  }
}
