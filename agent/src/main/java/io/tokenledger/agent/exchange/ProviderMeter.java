package io.tokenledger.agent.exchange;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.ledger.HandOff;
import io.tokenledger.agent.ledger.OpenExchangeWatch;
import io.tokenledger.agent.provider.ModelPaths;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.streamusage.StreamUsage;
import io.tokenledger.agent.streamusage.UsageAsk;
import java.util.concurrent.ConcurrentHashMap;

/** Meters the calls that a {@link Recogniser} knows. Thread-safe. */
public final class ProviderMeter implements Meter {
  private final Recogniser recogniser;
  private final MeterContext context;

  /** Null: requests stay as they are. */
  private final StreamUsage streamUsage;

  private final OpenExchanges open = new OpenExchanges();
  private final CostSampling costs = new CostSampling();
  private final ConcurrentHashMap<Surface, SurfacePlan> plans = new ConcurrentHashMap<>();

  /** As below, with a list of hosts of its own if streams are asked for usage. */
  public ProviderMeter(
      Recogniser recogniser,
      AgentConfig config,
      String agentVersion,
      HandOff handOff,
      Faults faults) {
    this(
        recogniser,
        config,
        agentVersion,
        handOff,
        faults,
        config.requestStreamUsage() ? new StreamUsage() : null);
  }

  /**
   * @param agentVersion the {@code agent_version} column
   * @param handOff gets every exchange that ended, on the thread that ended it
   * @param faults gets our own errors
   * @param streamUsage which streams are asked for usage; null: none
   */
  public ProviderMeter(
      Recogniser recogniser,
      AgentConfig config,
      String agentVersion,
      HandOff handOff,
      Faults faults,
      StreamUsage streamUsage) {
    this.recogniser = recogniser;
    this.streamUsage = streamUsage;
    KeyFingerprints fingerprints =
        config.fingerprintSalt() == null ? null : new KeyFingerprints(config.fingerprintSalt());
    Recorder recorder = new Recorder(config, agentVersion, fingerprints, open);
    context = new MeterContext(handOff, recorder, fingerprints, faults);
  }

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    try {
      RecognisedCall call = recogniser.recognise(target);
      if (call == null) {
        countIfModelCall(target);
        return null;
      }
      // Not before: a request that is no model call shall not even read the clock.
      boolean timed = costs.due();
      long start = timed ? System.nanoTime() : 0;
      MeteredExchange exchange = exchange(target, call, requestHeaders);
      open.add(exchange);
      context.handOff().expect();
      costs.begun();
      if (timed) {
        exchange.cost = new CallerCost(start);
      }
      return exchange;
    } catch (Throwable fault) {
      context.faults().caught(fault);
      return null;
    }
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {
    try {
      open.watch((MeteredExchange) exchange, wrapper);
    } catch (Throwable fault) {
      context.faults().caught(fault);
    }
  }

  @Override
  public void caught(Throwable fault) {
    context.faults().caught(fault);
  }

  /** The exchanges that began and did not end, for the ledger thread. */
  public OpenExchangeWatch openExchanges() {
    return open;
  }

  private MeteredExchange exchange(
      RequestTarget target, RecognisedCall call, HeaderSource headers) {
    SurfacePlan plan = plan(call.surface());
    UsageAsk ask =
        streamUsage == null ? null : streamUsage.ask(target, call, headers, context.faults());
    return ask == null
        ? new MeteredExchange(context, target, call, plan, headers)
        : new AskingExchange(context, target, call, plan, headers, ask);
  }

  private void countIfModelCall(RequestTarget target) {
    String end = ModelPaths.end(target);
    if (end != null) {
      context.handOff().unmetered(target.host(), end);
    }
  }

  private SurfacePlan plan(Surface surface) {
    SurfacePlan plan = plans.get(surface);
    if (plan == null) {
      // Two threads may both compile one; either is as good.
      plan = new SurfacePlan(surface);
      plans.put(surface, plan);
    }
    return plan;
  }
}
