package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.apache5.ApacheCall;
import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.InterruptedIOException;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;

/**
 * One call, from {@code doExecute} to the end of the entity that the application reads.
 *
 * <p>All that the application may still hold of a response (entity, stream) refers to this object,
 * which is therefore what the meter watches.
 */
final class TappedCall implements ApacheCall {
  private final ClassicHttpRequest applications;
  private final GuardedExchange exchange;
  private ClassicHttpRequest copy;
  private HttpEntity original;
  private HttpEntity wrapped;

  TappedCall(ClassicHttpRequest applications, GuardedExchange exchange) {
    this.applications = applications;
    this.exchange = exchange;
  }

  @Override
  public Object request(Object value) {
    ClassicHttpRequest request = (ClassicHttpRequest) value;
    HttpEntity entity = request.getEntity();
    if (entity == null) {
      return request;
    }
    BodyEdit edit = exchange.usageAsk() == null ? null : edit(entity);
    HttpEntity tee =
        new TeeRequestEntity(edit == null ? entity : new EditedEntity(entity, edit), exchange);
    if (request == applications) {
      return new TeeRequest(request, tee);
    }
    copy = request;
    original = entity;
    wrapped = tee;
    request.setEntity(tee);
    return request;
  }

  @Override
  public void returned(Object value) {
    restore();
    ClassicHttpResponse response = (ClassicHttpResponse) value;
    HttpEntity entity = response.getEntity();
    boolean hasBody = entity != null && entity.getContentLength() != 0;
    HttpEntity tee = hasBody ? new TeeResponseEntity(entity, this, filter(response)) : null;
    exchange.responseHead(response.getCode(), new ResponseHeaders(response, entity));
    if (tee == null) {
      exchange.responseEnd();
      return;
    }
    response.setEntity(tee);
    exchange.watch(this);
  }

  @Override
  public void thrown(Throwable failure) {
    restore();
    failed(failure);
  }

  /** Ends the exchange with what the application gets to see. */
  void failed(Throwable failure) {
    boolean cancellation = false;
    try {
      cancellation = isCancellation(failure);
    } catch (Throwable ours) {
      exchange.detach(ours);
    }
    if (cancellation) {
      exchange.cancelled();
    } else {
      exchange.failed(failure);
    }
  }

  GuardedExchange exchange() {
    return exchange;
  }

  /** The context that the application passed names the copy: nothing of ours stays in it. */
  private void restore() {
    if (copy != null && copy.getEntity() == wrapped) {
      copy.setEntity(original);
    }
    copy = null;
  }

  private BodyEdit edit(HttpEntity entity) {
    try {
      return EntityLook.at(entity, exchange.usageAsk());
    } catch (Throwable ours) {
      exchange.detach(ours);
      return null;
    }
  }

  /** What the body goes through; a length that was announced for more than that goes too. */
  private UsageFilter filter(ClassicHttpResponse response) {
    if (exchange.usageAsk() == null) {
      return null;
    }
    UsageFilter filter =
        exchange.usageFilter(
            response.getCode(), new ResponseHeaders(response, response.getEntity()));
    if (filter != null) {
      response.removeHeaders("Content-Length");
    }
    return filter;
  }

  private boolean isCancellation(Throwable failure) {
    if (failure instanceof InterruptedIOException
        && failure.getCause() instanceof InterruptedException) {
      return true;
    }
    return applications instanceof CancellableDependency
        && ((CancellableDependency) applications).isCancelled();
  }
}
