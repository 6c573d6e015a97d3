package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.okhttp.CallTimeouts;
import io.tokenledger.agent.client.okhttp.OkHttpCall;
import io.tokenledger.agent.client.okhttp.OkHttpTees;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;

/** Decides whether a call is tapped. */
public final class Factory implements OkHttpTees {
  @Override
  public OkHttpCall begin(Object chain, Meter meter, CallTimeouts timeouts) {
    Interceptor.Chain realChain = (Interceptor.Chain) chain;
    Request request = realChain.request();
    if (request.header("Upgrade") != null) {
      return null; // a WebSocket: no response body of ours to read
    }
    HttpUrl url = request.url();
    RequestTarget target =
        new RequestTarget(
            "okhttp",
            request.method(),
            url.scheme(),
            url.host(),
            url.port(),
            url.encodedPath(),
            url.encodedQuery());
    Exchange exchange = meter.begin(target, new RequestHeaders(request));
    return exchange == null
        ? null
        : new TappedCall(realChain, new GuardedExchange(exchange, meter), timeouts);
  }
}
