package io.tokenledger.agent.client.okhttp;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.Hooks;
import io.tokenledger.agent.client.TapPoints;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.MethodPlan;
import io.tokenledger.agent.rewrite.MethodRewriter;
import io.tokenledger.agent.rewrite.Tees;
import java.util.List;
import java.util.function.BiFunction;

/**
 * OkHttp 3.4 to 5.x, blocking and asynchronous, HTTP/1.1 and HTTP/2.
 *
 * <p>The tap point is {@code RetryAndFollowUpInterceptor.intercept}: below the application's
 * interceptors, so an application's own retry is a row of its own, and around everything that
 * OkHttp does by itself. Attempts that OkHttp discards stay inside the method and are no rows: a
 * route that could not be connected, a stale connection, a 408, 503 or 421 that it repeats, a
 * redirect, an authentication challenge. What the method returns or throws is what the caller gets.
 *
 * <p>{@code BridgeInterceptor}, one step further in, was rejected: it runs once for each attempt
 * and cannot tell a response that is handed back from one that is thrown away. The response seen
 * here has passed through it all the same, so gzip that OkHttp asked for is already decoded.
 *
 * <p>A call time-out is told apart from a cancel by a second tap point, where OkHttp carries it
 * out: see {@link CallTimeouts}.
 *
 * <p>The request goes down with its body wrapped, at the argument of {@code proceed}; the response
 * that comes up names the application's own request again. What remains visible is the wrapper's
 * type to network interceptors and in {@code networkResponse().request()}.
 */
public final class OkHttpTap implements ClientTap {
  private static final int BEGIN = TapPoints.OKHTTP;
  private static final int REQUEST = TapPoints.OKHTTP + 1;
  private static final int RESPONSE = TapPoints.OKHTTP + 2;
  private static final int RETURNED = TapPoints.OKHTTP + 3;
  private static final int THROWN = TapPoints.OKHTTP + 4;

  private static final int EXPIRED = TapPoints.OKHTTP + 5;

  private static final MethodPlan PLAN =
      new MethodPlan(
          "okhttp3/internal/http/RetryAndFollowUpInterceptor",
          "intercept",
          "(Lokhttp3/Interceptor$Chain;)Lokhttp3/Response;",
          BEGIN,
          1,
          MethodPlan.NONE,
          new int[0],
          MethodPlan.NONE,
          new MethodPlan.Call(
              "proceed",
              List.of(new MethodPlan.Argument("Lokhttp3/Request;", REQUEST)),
              "Lokhttp3/Response;",
              RESPONSE),
          RETURNED,
          THROWN);

  private final CallTimeouts timeouts = new CallTimeouts();
  private final Tees<OkHttpTees> tees =
      new Tees<>(
          OkHttpTees.class,
          "io.tokenledger.agent.client.okhttp.tee",
          "Factory",
          "BodyLook",
          "FilteredSource",
          "FilteredSource$Feed",
          "FilteredSource$Passed",
          "RequestHeaders",
          "ResponseHeaders",
          "TappedCall",
          "TeeRequestBody",
          "TeeResponseBody",
          "TeeSink",
          "TeeSource");

  @Override
  public String name() {
    return "okhttp";
  }

  @Override
  public List<ClientRewriter> rewriters() {
    return List.of(
        new MethodRewriter(PLAN),
        new CallTimeoutRewriter("okhttp3/RealCall$1", EXPIRED), // 3.12 and 3.13
        new CallTimeoutRewriter("okhttp3/internal/connection/Transmitter$1", EXPIRED), // 3.14
        new CallTimeoutRewriter("okhttp3/internal/connection/RealCall$timeout$1", EXPIRED)); // 4, 5
  }

  @Override
  public void install(Hooks hooks, Meter meter) {
    hooks.install(BEGIN, new Begin(tees, meter, timeouts));
    hooks.install(REQUEST, OkHttpHook.REQUEST);
    hooks.install(RESPONSE, OkHttpHook.RESPONSE);
    hooks.install(RETURNED, OkHttpHook.RETURNED);
    hooks.install(THROWN, OkHttpHook.THROWN);
    hooks.install(EXPIRED, new Expired(timeouts));
  }

  /** Starts a call with the tees of the copy of OkHttp that makes it. */
  private record Begin(Tees<OkHttpTees> tees, Meter meter, CallTimeouts timeouts)
      implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object chain, Object none) {
      OkHttpTees of = tees.of(chain.getClass(), meter);
      return of == null ? null : of.begin(chain, meter, timeouts);
    }
  }

  /** OkHttp gives up a call. */
  private record Expired(CallTimeouts timeouts) implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object timeout, Object none) {
      timeouts.expire(timeout);
      return null;
    }
  }
}
