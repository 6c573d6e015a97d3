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

  /** Null unless the client's attempts are asked for usage. */
  private AskedScope asked;

  TappedCall(ClassicHttpRequest applications, GuardedExchange exchange) {
    this.applications = applications;
    this.exchange = exchange;
  }

  @Override
  public Object scope(Object value) {
    if (exchange.usageAsk() == null) {
      return value;
    }
    AskedScope scope = new AskedScope(value);
    HttpEntity entity = scope.original().getEntity();
    BodyEdit edit = entity == null ? null : edit(entity);
    if (edit == null) {
      return value;
    }
    asked = scope;
    wrapped = new TeeRequestEntity(new EditedEntity(entity, edit), exchange);
    return scope.with(wrapped);
  }

  @Override
  public Object request(Object value) {
    ClassicHttpRequest request = (ClassicHttpRequest) value;
    HttpEntity entity = request.getEntity();
    if (entity == null) {
      return request;
    }
    if (request == applications) {
      BodyEdit edit = exchange.usageAsk() == null ? null : edit(entity);
      return new TeeRequest(
          request,
          new TeeRequestEntity(edit == null ? entity : new EditedEntity(entity, edit), exchange));
    }
    if (asked == null) {
      wrapped = new TeeRequestEntity(entity, exchange);
    }
    copy = request;
    original = entity;
    request.setEntity(wrapped);
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
    restore(copy);
    try {
      if (asked != null && asked.lastSent() instanceof ClassicHttpRequest) {
        restore((ClassicHttpRequest) asked.lastSent());
      }
    } catch (Throwable ours) {
      exchange.detach(ours);
    }
    copy = null;
    asked = null;
  }

  private void restore(ClassicHttpRequest attempt) {
    if (attempt != null && attempt.getEntity() == wrapped) {
      attempt.setEntity(original);
    }
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
