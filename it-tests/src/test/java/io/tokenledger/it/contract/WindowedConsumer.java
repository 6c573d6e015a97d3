package io.tokenledger.it.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * An application's consumer that has room for a few bytes, and says how many more it can take by
 * what it was given: bytes that somebody keeps from it would bring its stream to a halt.
 */
final class WindowedConsumer implements AsyncResponseConsumer<Void> {
  /** Less than an event. */
  static final int WINDOW = 64;

  private final PipedConsumer consumer;
  private CapacityChannel capacity;

  /** Bytes that came before the client asked for the first time. */
  private int untold;

  WindowedConsumer(PipedConsumer consumer) {
    this.consumer = consumer;
  }

  @Override
  public void consumeResponse(
      HttpResponse response,
      EntityDetails entity,
      HttpContext context,
      FutureCallback<Void> callback)
      throws HttpException, IOException {
    consumer.consumeResponse(response, entity, context, callback);
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {}

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    if (capacity == null && untold > 0) {
      channel.update(untold);
    }
    capacity = channel; // begins with the client's own window
  }

  @Override
  public void consume(ByteBuffer piece) throws IOException {
    int bytes = piece.remaining();
    consumer.consume(piece);
    if (capacity == null) {
      untold += bytes;
    } else {
      capacity.update(bytes);
    }
  }

  @Override
  public void streamEnd(List<? extends Header> trailers) throws HttpException, IOException {
    consumer.streamEnd(trailers);
  }

  @Override
  public void failed(Exception cause) {
    consumer.failed(cause);
  }

  @Override
  public void releaseResources() {
    consumer.releaseResources();
  }
}
