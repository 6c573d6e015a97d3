package io.tokenledger.agent.client.jdk;

import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** An application's own line subscriber. */
final class Lines implements Subscriber<String> {
  private final StringBuilder text = new StringBuilder();

  String text() {
    return text.toString();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    text.append(line);
  }

  @Override
  public void onError(Throwable cause) {}

  @Override
  public void onComplete() {}
}
