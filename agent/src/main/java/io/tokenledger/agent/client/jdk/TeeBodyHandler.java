package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.UsageAsk;
import io.tokenledger.agent.streamusage.UsageFilter;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
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

  /** The body that was looked at, and what is to be changed in it; both null: nothing. */
  private BodyPublisher asked;

  private BodyEdit edit;

  TeeBodyHandler(BodyHandler<T> delegate, GuardedExchange exchange) {
    this.delegate = delegate;
    this.exchange = exchange;
  }

  /** Asks the stream for usage if that may be; before the call is sent. */
  void ask(HttpRequest request) {
    UsageAsk ask = exchange.usageAsk();
    if (ask == null) {
      return;
    }
    try {
      asked = request.bodyPublisher().orElse(null);
      edit = asked == null ? null : PublisherLook.at(asked, request, ask);
    } catch (Throwable ours) {
      exchange.detach(ours);
    }
  }

  /** What the JDK is to write in place of a body of this call. */
  TeeBodyPublisher publisher(BodyPublisher body) {
    return new TeeBodyPublisher(body, exchange, body == asked ? edit : null);
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
    return subscriber == null ? null : tee(subscriber, filter(response));
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

  private UsageFilter filter(ResponseInfo response) {
    return exchange.usageAsk() == null
        ? null
        : exchange.usageFilter(response.statusCode(), new JdkHeaders(response.headers()));
  }

  private BodySubscriber<T> tee(BodySubscriber<T> subscriber, UsageFilter filter) {
    try {
      TeeBodySubscriber<T> tee =
          new TeeBodySubscriber<>(
              filter == null ? subscriber : new FilteredBodySubscriber<>(subscriber, filter),
              exchange);
      exchange.watch(tee);
      return tee;
    } catch (Throwable ours) {
      exchange.detach(ours);
      return subscriber;
    }
  }
}
