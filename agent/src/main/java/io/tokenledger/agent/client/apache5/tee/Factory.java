package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.apache5.ApacheCall;
import io.tokenledger.agent.client.apache5.ApacheTees;
import io.tokenledger.agent.client.apache5.Targets;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.NamedEndpoint;

/** Decides whether a call is tapped. */
public final class Factory implements ApacheTees {
  @Override
  public ApacheCall begin(Object target, Object value, Meter meter) {
    ClassicHttpRequest request = (ClassicHttpRequest) value;
    HttpHost host = (HttpHost) target;
    NamedEndpoint endpoint = host != null ? host : request.getAuthority();
    if (endpoint == null) {
      return null; // the client refuses such a request itself
    }
    String scheme = host != null ? host.getSchemeName() : request.getScheme();
    RequestTarget requestTarget =
        Targets.of(
            "apache5",
            request.getMethod(),
            scheme,
            endpoint.getHostName(),
            endpoint.getPort(),
            request.getPath());
    Exchange exchange = meter.begin(requestTarget, new RequestHeaders(request));
    return exchange == null ? null : new TappedCall(request, new GuardedExchange(exchange, meter));
  }
}
