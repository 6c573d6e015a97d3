package io.tokenledger.agent.start;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.ledger.HandOff;
import io.tokenledger.agent.ledger.Ledger;
import io.tokenledger.agent.ledger.OpenExchangeWatch;
import io.tokenledger.agent.ledger.SourceDirectory;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RewriteReport;
import io.tokenledger.agent.safety.AgentLog;
import io.tokenledger.agent.safety.BreakerLog;
import io.tokenledger.agent.safety.CircuitBreaker;
import io.tokenledger.agent.safety.GuardedMeter;
import io.tokenledger.agent.safety.KillSwitch;
import io.tokenledger.agent.streamusage.StreamUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The clients that are in the JVM, each with its meter, its breaker, and the ledger they share. */
final class Metering implements OpenExchangeWatch, Supplier<HandOff>, Runnable {
  private final AgentConfig config;
  private final String agentVersion;
  private final HookTable hooks;
  private final List<LazyMeter> meters = new CopyOnWriteArrayList<>();
  private final List<CircuitBreaker> breakers = new CopyOnWriteArrayList<>();
  private final KillSwitch killSwitch;
  private final BreakerLog breakerLog;
  private final Ledger ledger;

  /** Of all clients together: a host that refused is asked by none. Null: nobody is asked. */
  private final StreamUsage streamUsage;

  Metering(
      AgentConfig config,
      String agentVersion,
      SourceDirectory source,
      HookTable hooks,
      RewriteReport report,
      AgentLog log) {
    this.config = config;
    this.agentVersion = agentVersion;
    this.hooks = hooks;
    this.killSwitch = new KillSwitch(config.queue().directory());
    this.breakerLog = new BreakerLog(log);
    this.ledger = new Ledger(source, config.queue(), new ClientStates(config, report, breakers));
    this.streamUsage = config.requestStreamUsage() ? new StreamUsage() : null;
    ledger.watch(this);
    ledger.finishAtExit();
  }

  /**
   * Loads the tap of a client and sets its hooks. Called once for each client.
   *
   * @return what rewrites its classes, by their internal names
   */
  Map<String, ClientRewriter> tap(String client) {
    CircuitBreaker breaker = new CircuitBreaker(client, this);
    LazyMeter lazy = new LazyMeter(config, agentVersion, this, breaker, streamUsage);
    Meter meter = new GuardedMeter(lazy, breaker, killSwitch);
    ClientTap tap = Clients.tap(client);
    Map<String, ClientRewriter> rewriters = new HashMap<>();
    for (ClientRewriter rewriter : tap.rewriters()) {
      rewriters.put(rewriter.className(), rewriter);
    }
    tap.install(hooks.of(breaker), meter);
    meters.add(lazy);
    breakers.add(breaker);
    return rewriters;
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
