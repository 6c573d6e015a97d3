package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.Meter;
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
  private final GuardedExchange guarded;
  private final Exchange exchange;
  private final Meter meter;

  TeeBodyHandler(BodyHandler<T> delegate, GuardedExchange guarded, Exchange exchange, Meter meter) {
    this.delegate = delegate;
    this.guarded = guarded;
    this.exchange = exchange;
    this.meter = meter;
  }

  @Override
  public BodySubscriber<T> apply(ResponseInfo response) {
    head(response);
    BodySubscriber<T> subscriber;
    try {
      subscriber = delegate.apply(response);
    } catch (Throwable thrownByApplication) {
      guarded.failed(thrownByApplication);
      throw thrownByApplication;
    }
    return subscriber == null ? null : tee(subscriber);
  }

  GuardedExchange exchange() {
    return guarded;
  }

  private void head(ResponseInfo response) {
    try {
      guarded.responseHead(response.statusCode(), new JdkHeaders(response.headers()));
    } catch (Throwable stepAside) {
      // Only reading the head can get here; the exchange goes on without one.
    }
  }

  private BodySubscriber<T> tee(BodySubscriber<T> subscriber) {
    try {
      TeeBodySubscriber<T> tee = new TeeBodySubscriber<>(subscriber, guarded);
      meter.watch(exchange, tee);
      return tee;
    } catch (Throwable stepAside) {
      return subscriber;
    }
  }
}
