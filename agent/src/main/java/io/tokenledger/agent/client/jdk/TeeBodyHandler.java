package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;

/**
 * Stands for the application's handler through one call, and carries that call's exchange to the
 * JDK classes that know the handler. The JDK applies it to the final response only: redirects and
 * authentication rounds have no handler.
 */
final class TeeBodyHandler<T> implements BodyHandler<T> {
  private final BodyHandler<T> delegate;
  private final GuardedExchange exchange;

  TeeBodyHandler(BodyHandler<T> delegate, GuardedExchange exchange) {
    this.delegate = delegate;
    this.exchange = exchange;
  }

  @Override
  public BodySubscriber<T> apply(ResponseInfo response) {
    head(response);
    BodySubscriber<T> subscriber;
    try {
      subscriber = delegate.apply(response);
    } catch (Throwable thrownByApplication) {
      exchange.failed(thrownByApplication);
      throw thrownByApplication;
    }
    return subscriber == null ? null : tee(subscriber);
  }

  GuardedExchange exchange() {
    return exchange;
  }

  private void head(ResponseInfo response) {
    try {
      exchange.responseHead(response.statusCode(), new JdkHeaders(response.headers()));
    } catch (Throwable ours) {
      exchange.detach(ours);
    }
  }

  private BodySubscriber<T> tee(BodySubscriber<T> subscriber) {
    try {
      TeeBodySubscriber<T> tee = new TeeBodySubscriber<>(subscriber, exchange);
      exchange.watch(tee);
      return tee;
    } catch (Throwable ours) {
      exchange.detach(ours);
      return subscriber;
    }
  }
}
