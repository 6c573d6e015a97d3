package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.Hooks;
import io.tokenledger.agent.client.TapPoints;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.rewrite.ClientRewriter;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** {@code java.net.http.HttpClient} of JDK 17 and later. */
public final class JdkTap implements ClientTap {
  /** (application's BodyHandler, request) to the BodyHandler to use. Begins the exchange. */
  static final int HANDLER = TapPoints.JDK;

  /** (BodyPublisher, the call's BodyHandler) to the BodyPublisher to subscribe to. */
  static final int PUBLISHER = TapPoints.JDK + 1;

  /** (BodySubscriber, null) to the subscriber whose trust decides. */
  static final int TRUST = TapPoints.JDK + 2;

  /** (the JDK's own completion action, the call's BodyHandler) to the action to run. */
  static final int COMPLETION = TapPoints.JDK + 3;

  /** (the call's BodyHandler, whether the JDK will abort): the application cancels. */
  static final int CANCEL = TapPoints.JDK + 4;

  /** (exception, the call's BodyHandler): the call leaves by an exception. */
  static final int THROWN = TapPoints.JDK + 5;

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public List<ClientRewriter> rewriters() {
    return List.of(
        new HttpClientRewriter(),
        new MultiExchangeRewriter(),
        RequestBodyRewriter.http1(),
        RequestBodyRewriter.http2(),
        new TrustedSubscriberRewriter());
  }

  @Override
  public void install(Hooks hooks, Meter meter) {
    hooks.install(HANDLER, new BeginHook(meter));
    hooks.install(PUBLISHER, new PublisherHook());
    hooks.install(TRUST, new TrustHook());
    hooks.install(COMPLETION, new CompletionHook());
    hooks.install(CANCEL, new CancelHook());
    hooks.install(THROWN, new ThrownHook());
  }

  // Named classes, because a lambda costs start-up time: install runs in premain.

  private record BeginHook(Meter meter) implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object handler, Object sent) {
      HttpRequest request = (HttpRequest) sent;
      RequestTarget target = JdkRequests.target(request);
      if (target == null) {
        return null;
      }
      Exchange exchange = meter.begin(target, new JdkHeaders(request.headers()));
      if (exchange == null) {
        return null;
      }
      TeeBodyHandler<?> tee =
          new TeeBodyHandler<>((BodyHandler<?>) handler, new GuardedExchange(exchange, meter));
      tee.ask(request);
      return tee;
    }
  }

  private static final class PublisherHook implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object publisher, Object handler) {
      return publisher != null && handler instanceof TeeBodyHandler<?> tee
          ? tee.publisher((BodyPublisher) publisher)
          : null;
    }
  }

  private static final class TrustHook implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object subscriber, Object unused) {
      return subscriber instanceof TeeBodySubscriber<?> tee ? tee.delegate() : null;
    }
  }

  private static final class CompletionHook implements BiFunction<Object, Object, Object> {
    @Override
    @SuppressWarnings("unchecked")
    public Object apply(Object action, Object handler) {
      return handler instanceof TeeBodyHandler<?> tee
          ? new TeeCompletion(
              (BiConsumer<? super HttpResponse<?>, ? super Throwable>) action, tee.exchange())
          : null;
    }
  }

  private static final class CancelHook implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object handler, Object aborts) {
      if (handler instanceof TeeBodyHandler<?> tee && Boolean.TRUE.equals(aborts)) {
        tee.exchange().cancelled();
      }
      return null;
    }
  }

  private static final class ThrownHook implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object thrown, Object handler) {
      if (handler instanceof TeeBodyHandler<?> tee) {
        end(tee.exchange(), (Throwable) thrown);
      }
      return null;
    }
  }

  static void end(GuardedExchange exchange, Throwable cause) {
    if (cause instanceof CancellationException) {
      exchange.cancelled();
    } else {
      exchange.failed(cause);
    }
  }
}
