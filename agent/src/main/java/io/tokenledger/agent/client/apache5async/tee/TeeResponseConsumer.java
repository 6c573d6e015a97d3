package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.streamusage.UsageFilter;
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
 * Shows the exchange each piece of the response before the application's consumer gets it: stock
 * consumers leave the buffer's position where it was, others move it.
 */
final class TeeResponseConsumer<T> implements AsyncResponseConsumer<T> {
  private final AsyncResponseConsumer<T> delegate;
  private final TappedCall call;

  /** What the body goes through; null: nothing. */
  private FilteredBody filtered;

  TeeResponseConsumer(AsyncResponseConsumer<T> delegate, TappedCall call) {
    this.delegate = delegate;
    this.call = call;
  }

  @Override
  public void consumeResponse(
      HttpResponse response, EntityDetails entity, HttpContext context, FutureCallback<T> callback)
      throws HttpException, IOException {
    call.head(response, entity);
    UsageFilter filter = call.filter(response, entity);
    if (filter == null) {
      delegate.consumeResponse(response, entity, context, callback);
      return;
    }
    filtered = new FilteredBody(delegate, filter);
    delegate.consumeResponse(response, new LengthChanged(entity, -1), context, callback);
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context)
      throws HttpException, IOException {
    delegate.informationResponse(response, context);
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    if (filtered == null) {
      delegate.updateCapacity(channel);
    } else {
      filtered.updateCapacity(channel);
    }
  }

  @Override
  public void consume(ByteBuffer source) throws IOException {
    GuardedExchange exchange = call.exchange();
    if (exchange != null && source != null) {
      exchange.responseBytes(source);
    }
    if (filtered == null) {
      delegate.consume(source);
    } else {
      filtered.consume(source);
    }
  }

  @Override
  public void streamEnd(List<? extends Header> trailers) throws HttpException, IOException {
    call.end();
    if (filtered != null) {
      filtered.end();
    }
    delegate.streamEnd(trailers);
  }

  @Override
  public void failed(Exception cause) {
    call.failed(cause);
    delegate.failed(cause);
  }

  @Override
  public void releaseResources() {
    call.released();
    delegate.releaseResources();
  }
}
