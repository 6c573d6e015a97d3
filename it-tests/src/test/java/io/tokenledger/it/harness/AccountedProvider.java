package io.tokenledger.it.harness;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * A fake OpenAI whose every answer has an id and token counts of its own, and which remembers them:
 * what a ledger must come to. Thread-safe.
 */
public final class AccountedProvider implements AutoCloseable {
  private static final String PATH = "/openai/v1/chat/completions";

  private final ConcurrentMap<String, Usage> answered = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();
  private final BiFunction<Request, Reply, Reply> manner;
  private final FakeProvider provider;

  /** What one answer said. */
  public record Usage(long input, long cached, long output) {}

  private AccountedProvider(BiFunction<Request, Reply, Reply> manner) {
    this.manner = manner;
    provider = FakeProvider.start().on(PATH, this::answer);
  }

  public static AccountedProvider start() {
    return start((request, reply) -> reply);
  }

  /**
   * @param manner how an answer is sent: slowly, in pieces
   */
  public static AccountedProvider start(BiFunction<Request, Reply, Reply> manner) {
    return new AccountedProvider(manner);
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

  /**
   * The id is the number that the application gave its call, or else a running one. The usage is
   * made longer by as many bytes as the application asks for.
   */
  private Reply answer(Request request) {
    long n = number.incrementAndGet();
    String id = "call-" + request.headers().getOrDefault("x-call", "n" + n);
    Usage usage = new Usage(1_000 + n, n % 1_000, 10 + n * 7 % 5_000);
    answered.put(id, usage);
    int filler = Integer.parseInt(request.headers().getOrDefault("x-filler", "0"));
    return manner.apply(
        request,
        request.text().contains("\"stream\":true")
            ? Reply.sse(stream(id, usage(usage, filler)))
            : Reply.json(200, json(id, usage(usage, filler))));
  }

  private static String json(String id, String usage) {
    return "{\"id\":\""
        + id
        + "\",\"object\":\"chat.completion\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,"
        + "\"message\":{\"role\":\"assistant\",\"content\":\"Paid.\"},\"finish_reason\":\"stop\"}],"
        + usage
        + "}";
  }

  private static String stream(String id, String usage) {
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
        + usage
        + "}\n\ndata: [DONE]\n\n";
  }

  private static String usage(Usage usage, int filler) {
    return "\"usage\":{\"prompt_tokens\":"
        + usage.input()
        + ",\"completion_tokens\":"
        + usage.output()
        + ",\"total_tokens\":"
        + (usage.input() + usage.output())
        + ",\"prompt_tokens_details\":{\"cached_tokens\":"
        + usage.cached()
        + "},\"filler\":\""
        + "x".repeat(filler)
        + "\"}";
  }
}
