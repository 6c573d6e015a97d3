package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;

/**
 * Passes on a response body without what the agent asked for.
 *
 * <p>A consumer tells the client how many more bytes it can take as it works off what it got. Bytes
 * that it never gets, or not yet, are made good here, or a long stream would come to a halt; what
 * waited and was passed on later is subtracted from what the consumer says then.
 */
final class FilteredBody implements CapacityChannel {
  private final AsyncDataConsumer consumer;
  private final UsageFilter filter;

  /** What the consumer will say once more of bytes that were made good while they waited. */
  private final AtomicInteger repeated = new AtomicInteger();

  private volatile CapacityChannel capacity;

  /** Bytes that came and were not passed on; how many of them were made good. */
  private int missing;

  private int madeGood;

  FilteredBody(AsyncDataConsumer consumer, UsageFilter filter) {
    this.consumer = consumer;
    this.filter = filter;
  }

  void updateCapacity(CapacityChannel channel) throws IOException {
    capacity = channel;
    consumer.updateCapacity(this);
  }

  void consume(ByteBuffer source) throws IOException {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    filter.feed(bytes, 0, bytes.length, out);
    missing += bytes.length - out.size();
    makeGood();
    if (out.size() > 0) {
      consumer.consume(ByteBuffer.wrap(out.toByteArray()));
    }
  }

  /** The body ends: what waited follows. */
  void end() throws IOException {
    if (filter.held() > 0) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(filter.held());
      filter.end(out);
      consumer.consume(ByteBuffer.wrap(out.toByteArray()));
    }
  }

  /** The consumer can take more. Any thread. */
  @Override
  public void update(int increment) throws IOException {
    int before = repeated.getAndUpdate(left -> Math.max(0, left - increment));
    int further = increment - Math.min(before, increment);
    if (further > 0) {
      capacity.update(further);
    }
  }

  private void makeGood() throws IOException {
    int more = missing - madeGood;
    madeGood = missing;
    if (more < 0) {
      repeated.addAndGet(-more);
    } else if (more > 0 && capacity != null) {
      capacity.update(more);
    }
  }
}
