package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.GuardedScan;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * Shows a request body to the exchange while the JDK writes it. It never subscribes by itself; each
 * subscription of the JDK (redirect, authentication, retry) is a new scan.
 */
record TeeBodyPublisher(BodyPublisher delegate, GuardedExchange exchange) implements BodyPublisher {
  @Override
  public long contentLength() {
    return delegate.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    GuardedScan scan = exchange.requestBody();
    delegate.subscribe(scan == null ? subscriber : new ScanSubscriber(subscriber, scan));
  }

  private record ScanSubscriber(Subscriber<? super ByteBuffer> delegate, GuardedScan scan)
      implements Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Subscription subscription) {
      delegate.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      scan.piece(piece);
      delegate.onNext(piece);
    }

    @Override
    public void onError(Throwable cause) {
      delegate.onError(cause);
    }

    @Override
    public void onComplete() {
      delegate.onComplete();
    }
  }
}
