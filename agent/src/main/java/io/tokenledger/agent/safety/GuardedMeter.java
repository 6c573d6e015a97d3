package io.tokenledger.agent.safety;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;

/** The meter of one client, behind its circuit breaker and the kill switch. Thread-safe. */
public final class GuardedMeter implements Meter {
  private final Meter meter;
  private final CircuitBreaker breaker;
  private final KillSwitch killSwitch;

  public GuardedMeter(Meter meter, CircuitBreaker breaker, KillSwitch killSwitch) {
    this.meter = meter;
    this.breaker = breaker;
    this.killSwitch = killSwitch;
  }

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    if (killSwitch.off() || !breaker.allows()) {
      return null;
    }
    try {
      return meter.begin(target, requestHeaders);
    } catch (Throwable ours) {
      breaker.failed(ours);
      return null;
    }
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {
    try {
      meter.watch(exchange, wrapper);
    } catch (Throwable ours) {
      breaker.failed(ours);
    }
  }

  @Override
  public void caught(Throwable fault) {
    breaker.failed(fault);
  }
}
