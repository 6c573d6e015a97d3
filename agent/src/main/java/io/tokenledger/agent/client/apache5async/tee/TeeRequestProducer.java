package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.GuardedScan;
import io.tokenledger.agent.client.apache5async.tee.EditedChannel.EditedBody;
import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.BodyEditor;
import io.tokenledger.agent.streamusage.UsageAsk;
import java.io.IOException;
import org.apache.hc.core5.http.EntityDetails;
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

  /** What is written otherwise than the application wrote it; null: nothing. */
  private BodyEdit edit;

  private EditedBody edited;

  TeeRequestProducer(AsyncRequestProducer delegate, TappedCall call) {
    this.delegate = delegate;
    this.call = call;
  }

  @Override
  public void sendRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    delegate.sendRequest(new TeeRequestChannel(channel, call, this), context);
  }

  /** Asks the stream for usage if that may be; gives the entity as it will be written. */
  EntityDetails ask(EntityDetails entity) {
    GuardedExchange exchange = call.exchange();
    UsageAsk ask = exchange == null ? null : exchange.usageAsk();
    if (ask == null) {
      return entity;
    }
    try {
      edit = ProducerLook.at(delegate, entity, ask);
    } catch (Throwable ours) {
      exchange.detach(ours);
    }
    long length = entity.getContentLength();
    return edit == null
        ? entity
        : new LengthChanged(entity, length < 0 ? length : length + edit.added());
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
    DataStreamChannel seen = seen(channel);
    delegate.produce(edit == null ? seen : edited(seen));
  }

  @Override
  public void failed(Exception cause) {
    delegate.failed(cause);
  }

  @Override
  public void releaseResources() {
    tee = null;
    unseen = false;
    edited = null;
    delegate.releaseResources();
  }

  private DataStreamChannel edited(DataStreamChannel channel) {
    if (edited == null) {
      edited = new EditedBody(new BodyEditor(edit));
    }
    return new EditedChannel(channel, edited);
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
