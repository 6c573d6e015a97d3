package io.tokenledger.it.contract;

import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.ReplayProvider;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.it.harness.Request;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The provider's side of each {@link UsageScenario}: a stream that says more when it is asked for
 * usage, as OpenAI's does. Paths are {@code /<run>/<scenario>/v1/chat/completions}, or end in
 * {@code /v1/completions}.
 */
final class UsageProvider {
  private static final String CALL = "/v1/chat/completions";
  private static final String RELEASE = "/release";
  private static final int CUT_IN_EVENT = 20;

  private final ConcurrentHashMap<String, CountDownLatch> released = new ConcurrentHashMap<>();

  /** Paths that were called once. */
  private final Set<String> unavailable = ConcurrentHashMap.newKeySet();

  private UsageProvider() {}

  static FakeProvider start() {
    UsageProvider answers = new UsageProvider();
    return FakeProvider.start().otherwise(answers::answer);
  }

  static String url(UsageScenario scenario, List<String> addresses) {
    return endpoint(scenario, addresses)
        + (scenario == UsageScenario.COMPLETIONS ? "/v1/completions" : CALL);
  }

  /**
   * @param addresses of the provider, of its HTTP/2 twin, and of two that refuse to be asked
   */
  static String endpoint(UsageScenario scenario, List<String> addresses) {
    int which =
        switch (scenario) {
          case HTTP2, SMALL_WINDOW_HTTP2 -> 1;
          case REFUSED -> 2;
          case REFUSED_UNREAD -> 3;
          default -> 0;
        };
    return addresses.get(which) + "/" + scenario;
  }

  private Reply answer(Request request) {
    String path = request.path();
    if (path.startsWith(RELEASE)) {
      release(path.substring(RELEASE.length())).countDown();
      return Reply.json(200, "{}");
    }
    return reply(UsageScenario.valueOf(path.split("/")[2]), request);
  }

  private Reply reply(UsageScenario scenario, Request request) {
    boolean asked = ReplayProvider.asksForUsage(request.text());
    String text =
        scenario == UsageScenario.COMPLETIONS
            ? completions(asked)
            : ReplayProvider.chatStream(asked);
    Reply stream = Reply.sse(text);
    int firstEvent = text.indexOf("\n\n") + 2;
    return switch (scenario) {
      case FIRST_EVENT_AT_ONCE ->
          stream.stallingAfter(firstEvent, () -> await(release(request.path())));
      case CLOSED_EARLY -> stream.stallingAfter(firstEvent, Duration.ofSeconds(20));
      case IN_CHUNKS_OF_SEVEN -> stream.inChunks(7);
      case IN_CHUNKS_OF_ONE_PULLED -> stream.inChunks(1);
      case CRLF -> Reply.sse(text.replace("\n", "\r\n")).inChunks(50);
      case WITH_CONTENT_LENGTH -> stream.inPieces(50);
      case GZIP_IF_THE_CLIENT_ASKS, GZIP_FOR_THE_APPLICATION ->
          request.headers().getOrDefault("accept-encoding", "").contains("gzip")
              ? stream.gzip().inChunks(30)
              : stream;
      case REDIRECT ->
          request.target().endsWith("?again")
              ? stream
              : Reply.json(307, "{}").header("location", request.path() + "?again");
      case UNAVAILABLE_AT_FIRST ->
          unavailable.add(request.path())
              ? Reply.json(503, "{}").header("retry-after", "0")
              : stream;
      case ENDS_IN_AN_EVENT, ENDS_IN_AN_EVENT_PULLED ->
          Reply.sse(text.substring(0, firstEvent + CUT_IN_EVENT));
      case BREAKS_IN_AN_EVENT -> stream.cutAfter(firstEvent + CUT_IN_EVENT);
      case NO_STREAM -> Reply.json(200, ReplayProvider.replay("openai.chat.json"));
      case ANOTHER_REASON -> error("the prompt is too long");
      case REFUSED, REFUSED_UNREAD ->
          asked ? error("Unrecognized request argument supplied: stream_options") : stream;
      default -> stream;
    };
  }

  /** The API before chat: text instead of deltas, and otherwise the same. */
  private static String completions(boolean asked) {
    return ReplayProvider.chatStream(asked)
        .replace("chat.completion.chunk", "text_completion")
        .replaceAll("\"delta\":.*?,\"finish_reason\"", "\"text\":\"a word\",\"finish_reason\"");
  }

  private static Reply error(String message) {
    return Reply.json(400, "{\"error\":{\"message\":\"" + message + "\",\"code\":null}}");
  }

  private CountDownLatch release(String path) {
    return released.computeIfAbsent(path, any -> new CountDownLatch(1));
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody released the stream");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
