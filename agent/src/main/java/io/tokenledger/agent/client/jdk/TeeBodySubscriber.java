package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * Shows the pieces of a response body to the exchange before it passes them on. The JDK asks its
 * own subscribers for their body at once and others' on an executor; {@link
 * TrustedSubscriberRewriter} makes it look through this class, so that each is treated as it would
 * be without us.
 */
final class TeeBodySubscriber<T> implements BodySubscriber<T> {
  private final BodySubscriber<T> delegate;
  private final GuardedExchange exchange;

  TeeBodySubscriber(BodySubscriber<T> delegate, GuardedExchange exchange) {
    this.delegate = delegate;
    this.exchange = exchange;
  }

  /** The application's own subscriber. */
  BodySubscriber<T> delegate() {
    return delegate instanceof FilteredBodySubscriber<T> filtered ? filtered.delegate() : delegate;
  }

  @Override
  public CompletionStage<T> getBody() {
    return delegate.getBody();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    delegate.onSubscribe(new TeeSubscription(subscription, exchange));
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    // By index: an iterator would be an allocation for each piece.
    for (int i = 0; i < pieces.size(); i++) {
      exchange.responseBytes(pieces.get(i));
    }
    delegate.onNext(pieces);
  }

  @Override
  public void onError(Throwable cause) {
    JdkTap.end(exchange, cause);
    delegate.onError(cause);
  }

  @Override
  public void onComplete() {
    exchange.responseEnd();
    delegate.onComplete();
  }
}
