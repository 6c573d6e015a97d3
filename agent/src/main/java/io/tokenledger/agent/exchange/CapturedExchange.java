package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldScanner;
import io.tokenledger.agent.provider.Captured;
import java.util.Map;

/**
 * An exchange that ended, or a line of a result file, as its surface reads it. Ledger thread only.
 */
final class CapturedExchange implements Captured {
  private final MeteredExchange exchange;
  private final boolean line;
  private final FieldScanner response;
  private final RequestScan request;

  CapturedExchange(MeteredExchange exchange) {
    this.exchange = exchange;
    line = false;
    response = exchange.response == null ? null : exchange.response.scanner();
    request = exchange.request;
  }

  CapturedExchange(MeteredExchange exchange, FieldScanner values) {
    this.exchange = exchange;
    line = true;
    response = values;
    request = null;
  }

  @Override
  public String provider() {
    return exchange.call.provider();
  }

  @Override
  public RequestTarget target() {
    return exchange.target;
  }

  @Override
  public Ending ending() {
    if (line) {
      return Ending.COMPLETE;
    }
    Ending ending = exchange.finish.ending();
    if (exchange.response == null || !exchange.response.streamed()) {
      return ending;
    }
    // A stream that stops within an event has said half of it, whatever the half was.
    boolean atRest = response.closed() || response.untouched();
    return exchange
        .plan
        .surface
        .fields()
        .streamEnd()
        .of(ending, name -> atRest && response(name) != null);
  }

  @Override
  public Integer status() {
    return exchange.status == 0 ? null : (Integer) exchange.status;
  }

  @Override
  public Boolean streamed() {
    if (line) {
      return false;
    }
    return exchange.response == null ? null : (Boolean) exchange.response.streamed();
  }

  @Override
  public String framing() {
    if (line) {
      return "ndjson";
    }
    return exchange.response == null ? null : exchange.response.framing();
  }

  @Override
  public String request(String name) {
    return request == null ? null : request.value(name);
  }

  @Override
  public boolean requestUnseen() {
    return request == null || !request.complete();
  }

  @Override
  public String response(String name) {
    return response == null ? null : response.value(name);
  }

  @Override
  public boolean tooLarge(String name) {
    return response != null && response.tooLarge(name) || request != null && request.tooLarge(name);
  }

  @Override
  public Map<String, Long> tally(String name) {
    Map<String, Long> counts = response == null ? Map.of() : response.tally(name);
    return counts.isEmpty() && request != null ? request.tally(name) : counts;
  }

  @Override
  public String responseHeader(String name) {
    return exchange.plan.responseHeader(exchange.responseHeaders, name);
  }

  @Override
  public String requestHeader(String name) {
    return exchange.plan.requestHeader(exchange.requestHeaders, name);
  }

  @Override
  public boolean undecodable() {
    return !line && exchange.response != null && exchange.response.undecodable();
  }

  @Override
  public boolean damaged() {
    return !line && exchange.response != null && exchange.response.damaged();
  }
}
