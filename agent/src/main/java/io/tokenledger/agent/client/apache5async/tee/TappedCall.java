package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.apache5.Targets;
import io.tokenledger.agent.client.apache5async.ApacheAsyncCall;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.streamusage.UsageFilter;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.net.NamedEndpoint;

/**
 * One call, from {@code doExecute} to the end of its consumer. Producer and consumer wrappers,
 * which the client holds, refer to it; the meter watches it.
 */
final class TappedCall implements ApacheAsyncCall {
  private final Meter meter;
  private HttpHost target;
  private volatile Future<?> future;

  /** Null until the request is known, and for good when it is no model call. */
  private volatile GuardedExchange exchange;

  TappedCall(Meter meter) {
    this.meter = meter;
  }

  @Override
  public void target(Object target) {
    this.target = (HttpHost) target;
  }

  @Override
  public Object producer(Object producer) {
    return new TeeRequestProducer((AsyncRequestProducer) producer, this);
  }

  @Override
  public Object consumer(Object consumer) {
    return new TeeResponseConsumer<>((AsyncResponseConsumer<?>) consumer, this);
  }

  @Override
  public void returned(Object future) {
    this.future = (Future<?>) future;
  }

  @Override
  public void thrown(Throwable failure) {
    failed(failure);
  }

  /** The producer hands over its request. */
  void begin(HttpRequest request) {
    if (exchange != null) {
      return;
    }
    try {
      NamedEndpoint endpoint = target != null ? target : request.getAuthority();
      if (endpoint == null) {
        return; // the client refuses such a request itself
      }
      RequestTarget requestTarget =
          Targets.of(
              "apache5-async",
              request.getMethod(),
              target != null ? target.getSchemeName() : request.getScheme(),
              endpoint.getHostName(),
              endpoint.getPort(),
              request.getPath());
      Exchange begun = meter.begin(requestTarget, new RequestHeaders(request));
      if (begun != null) {
        GuardedExchange guarded = new GuardedExchange(begun, meter);
        guarded.watch(this);
        exchange = guarded;
      }
    } catch (Throwable ours) {
      meter.caught(ours);
    }
  }

  /** Null when the call is not metered. */
  GuardedExchange exchange() {
    return exchange;
  }

  void head(HttpResponse response, EntityDetails entity) {
    GuardedExchange metered = exchange;
    if (metered == null) {
      return;
    }
    try {
      metered.responseHead(response.getCode(), new ResponseHeaders(response, entity));
    } catch (Throwable ours) {
      metered.detach(ours);
      return;
    }
    if (entity == null) {
      metered.responseEnd();
    }
  }

  /** What the body goes through; a length that was announced for more than that goes too. */
  UsageFilter filter(HttpResponse response, EntityDetails entity) {
    GuardedExchange metered = exchange;
    if (metered == null || metered.usageAsk() == null || entity == null) {
      return null;
    }
    UsageFilter filter =
        metered.usageFilter(response.getCode(), new ResponseHeaders(response, entity));
    if (filter != null) {
      response.removeHeaders("Content-Length");
    }
    return filter;
  }

  void end() {
    GuardedExchange metered = exchange;
    if (metered != null) {
      metered.responseEnd();
    }
  }

  void failed(Throwable failure) {
    GuardedExchange metered = exchange;
    if (metered == null) {
      return;
    }
    Future<?> given = future;
    if (failure instanceof CancellationException || (given != null && given.isCancelled())) {
      metered.cancelled();
    } else {
      metered.failed(failure);
    }
  }

  /**
   * The client lets go of the consumer. After a failure it does so before it tells the failure, so
   * this ends nothing by itself unless the application has cancelled its future.
   */
  void released() {
    GuardedExchange metered = exchange;
    Future<?> given = future;
    if (metered != null && given != null && given.isCancelled()) {
      metered.cancelled();
    }
  }
}
