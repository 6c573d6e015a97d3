package io.tokenledger.it.contract;

import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.ReplayProvider;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.it.harness.Request;
import io.tokenledger.it.harness.SelfSigned;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The provider's side of each scenario; its path is {@code /<run>/<scenario>/v1/chat/completions}.
 * The application steers it by two more: {@code /arrived} and {@code /release} before the path of a
 * call.
 */
final class ContractProvider {
  /** How long a stream pauses where the client's patience is at stake. */
  private static final Duration STALL = Scenario.LIMIT.multipliedBy(2);

  /**
   * How long it pauses where the application gives up before: longer than a run. Asynchronous
   * Apache reads on after some cancels (5.0 once the body is on the way, later versions where the
   * cancel is lost between two of their steps), and what comes in whole is rightly complete.
   */
  private static final Duration FOR_EVER = Duration.ofMinutes(5);

  private static final String CALL = "/v1/chat/completions";
  private static final String ARRIVED = "/arrived";
  private static final String RELEASE = "/release";

  /** By path: {@code /arrived} waits for the call, the call for {@code /release}. */
  private final ConcurrentHashMap<String, CountDownLatch> signals = new ConcurrentHashMap<>();

  private ContractProvider() {}

  static FakeProvider start() {
    return FakeProvider.start().otherwise(new ContractProvider()::answer);
  }

  /** The same over TLS. */
  static FakeProvider start(SelfSigned identity) {
    return FakeProvider.start(identity).otherwise(new ContractProvider()::answer);
  }

  static boolean streams(Scenario scenario) {
    return switch (scenario) {
      case STREAM,
          STREAM_ASYNC,
          STREAM_PULLED,
          TLS_STREAM,
          TLS_CUT_IN_BODY,
          HTTP2_RESET_IN_BODY,
          FIRST_EVENT_AT_ONCE,
          EARLY_CLOSE,
          CANCEL_ASYNC_IN_BODY,
          CANCEL_WHILE_READING,
          RESET_IN_BODY,
          CUT_IN_BODY,
          END_WITHOUT_TERMINAL_EVENT,
          TIMEOUT_IN_BODY,
          NEVER_CLOSED,
          COLLECTED ->
          true;
      default -> false;
    };
  }

  /** Where a scenario sends its request. */
  static String url(Scenario scenario, List<String> addresses) {
    return endpoint(scenario, addresses)
        + (scenario == Scenario.OTHER_REQUEST ? "/elsewhere" : CALL);
  }

  /**
   * The address that stands for the provider in a scenario.
   *
   * @param addresses of the provider, of its HTTP/2 twin, where nobody listens, and of the provider
   *     over TLS
   */
  static String endpoint(Scenario scenario, List<String> addresses) {
    int which =
        switch (scenario) {
          case HTTP2, HTTP2_RESET_IN_BODY -> 1;
          case CONNECT_FAILURE, CONNECT_FAILURE_ASYNC -> 2;
          case TLS, TLS_ASYNC, TLS_STREAM, TLS_CUT_IN_BODY -> 3;
          default -> 0;
        };
    return addresses.get(which) + "/" + scenario;
  }

  private Reply answer(Request request) {
    String path = request.path();
    if (path.startsWith(ARRIVED)) {
      await(path);
      return Reply.json(200, "{}");
    }
    if (path.startsWith(RELEASE)) {
      signal(path).countDown();
      return Reply.json(200, "{}");
    }
    signal(ARRIVED + path).countDown();
    return reply(Scenario.valueOf(path.split("/")[2]), request);
  }

  /** Blocking Apache reads a body that is closed early to its end, to keep the connection. */
  private static boolean readsToTheEndAtClose(Request request) {
    return request.path().startsWith("/apache5-5");
  }

  private Reply reply(Scenario scenario, Request request) {
    Reply json = Reply.json(200, ReplayProvider.replay("openai.chat.json"));
    Reply stream = Reply.sse(ReplayProvider.replay("openai.chat.sse"));
    int firstEvent = new String(stream.body(), StandardCharsets.UTF_8).indexOf("\n\n") + 2;
    return switch (scenario) {
      case STREAM, STREAM_ASYNC, STREAM_PULLED, TLS_STREAM -> stream;
      case FIRST_EVENT_AT_ONCE ->
          stream.stallingAfter(firstEvent, () -> await(RELEASE + request.path()));
      case TIMEOUT_IN_BODY -> stream.stallingAfter(firstEvent, STALL);
      case EARLY_CLOSE ->
          stream.stallingAfter(firstEvent, readsToTheEndAtClose(request) ? STALL : FOR_EVER);
      case CANCEL_ASYNC_IN_BODY, CANCEL_WHILE_READING, NEVER_CLOSED, COLLECTED ->
          stream.stallingAfter(firstEvent, FOR_EVER);
      case CANCEL_BEFORE_HEAD, CANCEL_BLOCKING, TIMEOUT_BEFORE_HEAD, TIMEOUT_BEFORE_HEAD_ASYNC ->
          json.afterDelay(FOR_EVER);
      case JSON_IN_SINGLE_BYTES -> json.inChunks(1);
      case RESET_IN_BODY ->
          stream
              .stallingAfter(firstEvent, () -> await(RELEASE + request.path()))
              .resetAfter(firstEvent + 1);
      case CLOSED_BEFORE_HEAD -> Reply.hangUp();
      case CUT_IN_BODY, TLS_CUT_IN_BODY -> stream.cutAfter(firstEvent);
      case END_WITHOUT_TERMINAL_EVENT ->
          Reply.sse(new String(stream.body(), 0, firstEvent, StandardCharsets.UTF_8));
      case REDIRECT ->
          request.target().endsWith("?again")
              ? json
              : Reply.json(307, "{\"error\":{\"message\":\"moved\"}}")
                  .header("location", request.path() + "?again");
      case STALE_CONNECTION ->
          request.target().endsWith("?again") ? json : json.cutAfter(json.body().length);
      case UNAVAILABLE -> error(503).header("retry-after", "0");
      case UNAUTHORIZED -> error(401);
      case SERVER_ERROR -> error(500);
      case GZIP_IF_THE_CLIENT_ASKS, GZIP_FOR_THE_APPLICATION ->
          request.headers().getOrDefault("accept-encoding", "").contains("gzip")
              ? json.gzip()
              : json;
      case EMPTY_BODY -> Reply.json(200, "");
      case NO_CONTENT -> Reply.bytes(204, null, new byte[0]);
      default -> json;
    };
  }

  private static Reply error(int status) {
    return Reply.json(
        status, "{\"error\":{\"message\":\"no\",\"type\":\"some_error\",\"code\":\"some_code\"}}");
  }

  private void await(String path) {
    try {
      if (!signal(path).await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody came to " + path);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private CountDownLatch signal(String path) {
    return signals.computeIfAbsent(path, any -> new CountDownLatch(1));
  }
}
