package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.GuardedScan;
import java.io.IOException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Begins the exchange with the request that the application's producer hands over, and shows its
 * body to a scan. The client releases a producer before it lets it produce again: a fresh scan.
 */
final class TeeRequestProducer implements AsyncRequestProducer {
  private final AsyncRequestProducer delegate;
  private final TappedCall call;
  private TeeDataStreamChannel tee;
  private boolean unseen;

  TeeRequestProducer(AsyncRequestProducer delegate, TappedCall call) {
    this.delegate = delegate;
    this.call = call;
  }

  @Override
  public void sendRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    delegate.sendRequest(new TeeRequestChannel(channel, call), context);
  }

  @Override
  public boolean isRepeatable() {
    return delegate.isRepeatable();
  }

  @Override
  public int available() {
    return delegate.available();
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    delegate.produce(seen(channel));
  }

  @Override
  public void failed(Exception cause) {
    delegate.failed(cause);
  }

  @Override
  public void releaseResources() {
    tee = null;
    unseen = false;
    delegate.releaseResources();
  }

  private DataStreamChannel seen(DataStreamChannel channel) {
    GuardedExchange exchange = call.exchange();
    if (exchange == null || unseen) {
      return channel;
    }
    TeeDataStreamChannel current = tee;
    if (current == null) {
      GuardedScan scan = exchange.requestBody();
      if (scan == null) {
        unseen = true;
        return channel;
      }
      current = new TeeDataStreamChannel(channel, scan);
      tee = current;
    } else if (current.over() != channel) {
      current = new TeeDataStreamChannel(channel, current.scan());
      tee = current;
    }
    return current;
  }
}
