package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.client.GuardedExchange;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

/**
 * Runs before the JDK's own action at the completion of a call, and so before the application can
 * see it. A stage of our own would do as well, but changes which of the JDK's stages a cancel
 * completes.
 */
record TeeCompletion(
    BiConsumer<? super HttpResponse<?>, ? super Throwable> delegate, GuardedExchange exchange)
    implements BiConsumer<HttpResponse<?>, Throwable> {
  @Override
  public void accept(HttpResponse<?> response, Throwable failure) {
    if (failure != null) {
      // The end of a body was seen by the subscriber; a failure without one ends here.
      JdkTap.end(
          exchange,
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure);
    }
    delegate.accept(response, failure);
  }
}
