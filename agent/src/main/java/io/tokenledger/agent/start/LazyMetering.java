package io.tokenledger.agent.start;

import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.ledger.SourceDirectory;
import io.tokenledger.agent.rewrite.RewriteReport;
import io.tokenledger.agent.rewrite.RewriteTarget;
import io.tokenledger.agent.safety.AgentLog;
import java.util.HashMap;
import java.util.Map;

/**
 * The metering, made when the first class of a client turns up: until then a JVM has paid for
 * nothing but the names of those classes. Thread-safe.
 */
final class LazyMetering implements Runnable {
  private final AgentConfig config;
  private final String agentVersion;
  private final SourceDirectory source;
  private final HookTable hooks;
  private final RewriteReport report;
  private final AgentLog log;
  private Metering metering;

  LazyMetering(
      AgentConfig config,
      String agentVersion,
      SourceDirectory source,
      HookTable hooks,
      RewriteReport report,
      AgentLog log) {
    this.config = config;
    this.agentVersion = agentVersion;
    this.source = source;
    this.hooks = hooks;
    this.report = report;
    this.log = log;
  }

  /** By internal name of the class. */
  Map<String, RewriteTarget> targets() {
    Map<String, RewriteTarget> targets = new HashMap<>();
    for (String name : Clients.names()) {
      if (config.meters(name)) {
        RewriteTarget client = new LazyClient(name, this);
        for (String className : Clients.classNames(name)) {
          targets.put(className, client);
        }
      }
    }
    return targets;
  }

  synchronized Metering get() {
    if (metering == null) {
      metering = new Metering(config, agentVersion, source, hooks, report, log);
    }
    return metering;
  }

  /** The agent left a class as it is: worth a report. */
  @Override
  public void run() {
    get().run();
  }
}
