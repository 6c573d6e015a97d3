package io.tokenledger.agent.client.apache5async.tee;

import java.io.IOException;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Sees the request that the application's producer hands to the client. */
final class TeeRequestChannel implements RequestChannel {
  private final RequestChannel delegate;
  private final TappedCall call;
  private final TeeRequestProducer producer;

  TeeRequestChannel(RequestChannel delegate, TappedCall call, TeeRequestProducer producer) {
    this.delegate = delegate;
    this.call = call;
    this.producer = producer;
  }

  @Override
  public void sendRequest(HttpRequest request, EntityDetails entity, HttpContext context)
      throws HttpException, IOException {
    call.begin(request);
    EntityDetails sent = entity == null ? null : producer.ask(entity);
    try {
      delegate.sendRequest(request, sent, context);
    } catch (HttpException | IOException | RuntimeException | Error failure) {
      call.failed(failure);
      throw failure;
    }
  }
}
