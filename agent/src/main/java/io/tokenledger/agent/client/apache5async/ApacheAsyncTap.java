package io.tokenledger.agent.client.apache5async;

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
 * Apache HttpClient 5.0 to 5.6, asynchronous API, HTTP/1.1 and HTTP/2.
 *
 * <p>The tap point is the entry of {@code doExecute}: two classes declare it, four clients use it.
 * Request producer and response consumer are replaced; future and callback are the application's.
 * Attempts that the client discards (retry, redirect, challenge) reach neither and are no rows.
 *
 * <p>Which request it is shows only when the producer hands it over, so calls that are no model
 * calls pass through the wrappers too; these then do nothing but forward. The application never
 * gets to see them.
 *
 * <p>Not covered: {@code execute(AsyncClientExchangeHandler, ...)} of the minimal clients, which
 * bypasses {@code doExecute}.
 */
public final class ApacheAsyncTap implements ClientTap {
  private static final int BEGIN = TapPoints.APACHE5_ASYNC;
  private static final int TARGET = TapPoints.APACHE5_ASYNC + 1;
  private static final int PRODUCER = TapPoints.APACHE5_ASYNC + 2;
  private static final int CONSUMER = TapPoints.APACHE5_ASYNC + 3;
  private static final int RETURNED = TapPoints.APACHE5_ASYNC + 4;
  private static final int THROWN = TapPoints.APACHE5_ASYNC + 5;

  private final Tees<ApacheAsyncTees> tees =
      new Tees<>(
          ApacheAsyncTees.class,
          "io.tokenledger.agent.client.apache5async.tee",
          "Factory",
          "EditedChannel",
          "EditedChannel$EditedBody",
          "FilteredBody",
          "LengthChanged",
          "ProducerLook",
          "RequestHeaders",
          "ResponseHeaders",
          "TappedCall",
          "TeeDataStreamChannel",
          "TeeRequestChannel",
          "TeeRequestProducer",
          "TeeResponseConsumer");

  @Override
  public String name() {
    return "apache5-async";
  }

  @Override
  public List<ClientRewriter> rewriters() {
    return List.of(
        rewriter("org/apache/hc/client5/http/impl/async/InternalAbstractHttpAsyncClient"),
        rewriter("org/apache/hc/client5/http/impl/async/AbstractMinimalHttpAsyncClientBase"));
  }

  @Override
  public void install(Hooks hooks, Meter meter) {
    hooks.install(BEGIN, new Begin(tees, meter));
    hooks.install(TARGET, ApacheAsyncHook.TARGET);
    hooks.install(PRODUCER, ApacheAsyncHook.PRODUCER);
    hooks.install(CONSUMER, ApacheAsyncHook.CONSUMER);
    hooks.install(RETURNED, ApacheAsyncHook.RETURNED);
    hooks.install(THROWN, ApacheAsyncHook.THROWN);
  }

  private static ClientRewriter rewriter(String className) {
    return new MethodRewriter(
        new MethodPlan(
            className,
            "doExecute",
            "(Lorg/apache/hc/core5/http/HttpHost;"
                + "Lorg/apache/hc/core5/http/nio/AsyncRequestProducer;"
                + "Lorg/apache/hc/core5/http/nio/AsyncResponseConsumer;"
                + "Lorg/apache/hc/core5/http/nio/HandlerFactory;"
                + "Lorg/apache/hc/core5/http/protocol/HttpContext;"
                + "Lorg/apache/hc/core5/concurrent/FutureCallback;)"
                + "Ljava/util/concurrent/Future;",
            BEGIN,
            0,
            MethodPlan.NONE,
            new int[] {1, 2, 3},
            TARGET,
            null,
            RETURNED,
            THROWN));
  }

  /** Starts a call with the tees of the copy of the client that makes it. */
  private record Begin(Tees<ApacheAsyncTees> tees, Meter meter)
      implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object client, Object none) {
      ApacheAsyncTees of = tees.of(client.getClass(), meter);
      return of == null ? null : of.begin(meter);
    }
  }
}
