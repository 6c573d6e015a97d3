package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.OptionScanner;
import io.tokenledger.agent.streamusage.StreamUsage;
import io.tokenledger.agent.streamusage.UsageAsk;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/**
 * Looks at a request body that is to be asked for usage before the JDK writes it, since its length
 * goes ahead of it. Only at those of {@code BodyPublishers.ofString} and {@code ofByteArray}: a
 * subscription to them has no effect but to give the bytes, at once and on this thread.
 */
final class PublisherLook implements Subscriber<ByteBuffer> {
  private static final String OF_BYTES =
      "jdk.internal.net.http.RequestPublishers$ByteArrayPublisher";
  private static final String OF_STRING = "jdk.internal.net.http.RequestPublishers$StringPublisher";

  private final OptionScanner scanner;
  private boolean complete;

  private PublisherLook(OptionScanner scanner) {
    this.scanner = scanner;
  }

  /** Null: the body is sent as it is. */
  static BodyEdit at(BodyPublisher body, HttpRequest request, UsageAsk ask) {
    String name = body.getClass().getName();
    long length = body.contentLength();
    if (!name.equals(OF_BYTES) && !name.equals(OF_STRING)
        || length <= 0
        || length > UsageAsk.MAX_BODY_BYTES
        || !StreamUsage.isJson(request.headers().firstValue("content-type").orElse(null))) {
      return null;
    }
    PublisherLook look = new PublisherLook(ask.scanner());
    body.subscribe(look);
    return look.complete ? ask.edit(look.scanner, length) : null;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(ByteBuffer piece) {
    if (piece.hasArray()) {
      scanner.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
    } else {
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      scanner.write(bytes, 0, bytes.length);
    }
  }

  @Override
  public void onError(Throwable cause) {
    // never complete: the body is sent as it is
  }

  @Override
  public void onComplete() {
    complete = true;
  }
}
