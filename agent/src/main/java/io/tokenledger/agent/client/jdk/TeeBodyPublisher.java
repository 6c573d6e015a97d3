package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.GuardedScan;
import io.tokenledger.agent.streamusage.BodyEdit;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * Shows a request body to the exchange while the JDK writes it. It never subscribes by itself; each
 * subscription of the JDK (redirect, authentication, retry) is a new scan.
 *
 * @param edit what is written otherwise than the application wrote it; null: nothing
 */
record TeeBodyPublisher(BodyPublisher delegate, GuardedExchange exchange, BodyEdit edit)
    implements BodyPublisher {
  @Override
  public long contentLength() {
    long length = delegate.contentLength();
    return edit == null ? length : length + edit.added();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    GuardedScan scan = exchange.requestBody();
    Subscriber<? super ByteBuffer> writer =
        scan == null ? subscriber : new ScanSubscriber(subscriber, scan);
    delegate.subscribe(edit == null ? writer : new EditSubscriber(writer, edit));
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
