package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.GuardedScan;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** Shows the request entity to a fresh scan each time the client writes it. */
final class TeeRequestEntity extends HttpEntityWrapper {
  private final GuardedExchange exchange;

  TeeRequestEntity(HttpEntity delegate, GuardedExchange exchange) {
    super(delegate);
    this.exchange = exchange;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    GuardedScan scan = exchange.requestBody();
    super.writeTo(scan == null ? out : new TeeOutputStream(out, scan));
  }
}
