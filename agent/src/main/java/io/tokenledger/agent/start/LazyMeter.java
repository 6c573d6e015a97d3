package io.tokenledger.agent.start;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.ProviderMeter;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.ledger.HandOff;
import io.tokenledger.agent.ledger.OpenExchangeWatch;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.agent.safety.CircuitBreaker;
import io.tokenledger.agent.streamusage.StreamUsage;
import java.util.function.Supplier;

/**
 * The meter of one client, made at its first request: until then no provider, scanner or table is
 * loaded. Thread-safe.
 */
final class LazyMeter implements Meter, OpenExchangeWatch {
  private final AgentConfig config;
  private final String agentVersion;
  private final Supplier<HandOff> handOff;
  private final CircuitBreaker breaker;
  private final StreamUsage streamUsage;
  private volatile ProviderMeter meter;

  /**
   * @param streamUsage see {@link ProviderMeter}
   */
  LazyMeter(
      AgentConfig config,
      String agentVersion,
      Supplier<HandOff> handOff,
      CircuitBreaker breaker,
      StreamUsage streamUsage) {
    this.config = config;
    this.agentVersion = agentVersion;
    this.handOff = handOff;
    this.breaker = breaker;
    this.streamUsage = streamUsage;
  }

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    ProviderMeter ready = meter;
    return (ready == null ? make() : ready).begin(target, requestHeaders);
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {
    meter.watch(exchange, wrapper);
  }

  @Override
  public void caught(Throwable fault) {
    breaker.failed(fault);
  }

  @Override
  public void endCollected() {
    ProviderMeter ready = meter;
    if (ready != null) {
      ready.openExchanges().endCollected();
    }
  }

  @Override
  public void endAll() {
    ProviderMeter ready = meter;
    if (ready != null) {
      ready.openExchanges().endAll();
    }
  }

  private synchronized ProviderMeter make() {
    if (meter == null) {
      Recogniser recogniser =
          new Recogniser(Providers.all(), config.endpoints(), config.discover());
      meter = new ProviderMeter(recogniser, config, agentVersion, handOff.get(), this, streamUsage);
    }
    return meter;
  }
}
