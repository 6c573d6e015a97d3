package io.tokenledger.agent.start;

import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.ledger.HandOff;
import io.tokenledger.agent.ledger.Ledger;
import io.tokenledger.agent.ledger.OpenExchangeWatch;
import io.tokenledger.agent.ledger.SourceDirectory;
import io.tokenledger.agent.rewrite.RewriteReport;
import io.tokenledger.agent.rewrite.RewriteTarget;
import io.tokenledger.agent.safety.BreakerLog;
import io.tokenledger.agent.safety.CircuitBreaker;
import io.tokenledger.agent.safety.GuardedMeter;
import io.tokenledger.agent.safety.KillSwitch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The clients that are metered, each with its meter, its breaker, and the ledger they share. */
final class Metering implements OpenExchangeWatch, Supplier<HandOff>, Runnable {
  private final Map<String, RewriteTarget> targets = new HashMap<>();
  private final List<LazyMeter> meters = new ArrayList<>();
  private final List<CircuitBreaker> breakers = new ArrayList<>();
  private final KillSwitch killSwitch;
  private final BreakerLog breakerLog;
  private final Ledger ledger;

  Metering(
      AgentConfig config,
      String agentVersion,
      SourceDirectory source,
      HookTable hooks,
      RewriteReport report,
      BreakerLog breakerLog) {
    this.killSwitch = new KillSwitch(config.queue().directory());
    this.breakerLog = breakerLog;
    for (String name : Clients.names()) {
      if (config.meters(name)) {
        CircuitBreaker breaker = new CircuitBreaker(name, this);
        LazyMeter meter = new LazyMeter(config, agentVersion, this, breaker);
        GuardedMeter guarded = new GuardedMeter(meter, breaker, killSwitch);
        RewriteTarget client = new LazyClient(name, hooks, guarded, breaker);
        for (String className : Clients.classNames(name)) {
          targets.put(className, client);
        }
        meters.add(meter);
        breakers.add(breaker);
      }
    }
    this.ledger = new Ledger(source, config.queue(), new ClientStates(config, report, breakers));
    ledger.watch(this);
    ledger.finishAtExit();
  }

  /** By internal name of the class. */
  Map<String, RewriteTarget> targets() {
    return targets;
  }

  /** The agent left a class as it is, or failed at an exchange: worth a report. */
  @Override
  public void run() {
    ledger.start();
  }

  @Override
  public HandOff get() {
    return ledger;
  }

  @Override
  public void endCollected() {
    killSwitch.poll();
    breakerLog.poll(breakers);
    for (LazyMeter meter : meters) {
      meter.endCollected();
    }
  }

  @Override
  public void endAll() {
    for (LazyMeter meter : meters) {
      meter.endAll();
    }
  }
}
