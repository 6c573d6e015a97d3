package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Passes on a response body without what the agent asked for. A list of pieces of which nothing is
 * left is not passed; another one is requested in its place. What waits when the body ends is one
 * more list: the application gets it, and the end, when it requests more. Before a failure it gets
 * it only if it has requested more already; a failure waits for nobody.
 */
final class FilteredBodySubscriber<T> implements BodySubscriber<T>, Subscription {
  private final BodySubscriber<T> delegate;
  private final UsageFilter filter;

  /** How many lists the application has requested and not got. */
  private final AtomicLong demand = new AtomicLong();

  /** What comes before the end. */
  private final AtomicReference<List<ByteBuffer>> last = new AtomicReference<>();

  private Subscription upstream;

  FilteredBodySubscriber(BodySubscriber<T> delegate, UsageFilter filter) {
    this.delegate = delegate;
    this.filter = filter;
  }

  BodySubscriber<T> delegate() {
    return delegate;
  }

  @Override
  public CompletionStage<T> getBody() {
    return delegate.getBody();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    delegate.onSubscribe(this);
  }

  @Override
  public void request(long count) {
    if (count > 0) {
      demand.accumulateAndGet(count, FilteredBodySubscriber::sum);
    }
    upstream.request(count);
    endIfRequested();
  }

  @Override
  public void cancel() {
    last.set(null);
    upstream.cancel();
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    List<ByteBuffer> passed = new ArrayList<>(pieces.size());
    for (ByteBuffer piece : pieces) {
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
      try {
        filter.feed(bytes, 0, bytes.length, out);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      add(out, passed);
    }
    if (passed.isEmpty()) {
      upstream.request(1);
    } else {
      demand.decrementAndGet();
      delegate.onNext(passed);
    }
  }

  @Override
  public void onError(Throwable cause) {
    List<ByteBuffer> rest = rest();
    if (!rest.isEmpty() && demand.get() > 0) {
      delegate.onNext(rest);
    }
    delegate.onError(cause);
  }

  @Override
  public void onComplete() {
    List<ByteBuffer> rest = rest();
    if (rest.isEmpty()) {
      delegate.onComplete();
    } else {
      last.set(rest);
      endIfRequested();
    }
  }

  private void endIfRequested() {
    if (last.get() != null && demand.get() > 0) {
      List<ByteBuffer> rest = last.getAndSet(null);
      if (rest != null) {
        delegate.onNext(rest);
        delegate.onComplete();
      }
    }
  }

  private List<ByteBuffer> rest() {
    List<ByteBuffer> rest = new ArrayList<>(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream(filter.held());
    try {
      filter.end(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    add(out, rest);
    return rest;
  }

  private static void add(ByteArrayOutputStream out, List<ByteBuffer> pieces) {
    if (out.size() > 0) {
      pieces.add(ByteBuffer.wrap(out.toByteArray()).asReadOnlyBuffer());
    }
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
