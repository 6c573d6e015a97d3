package io.tokenledger.agent.start;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.config.ConfigException;
import io.tokenledger.agent.config.ConfigReader;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.ClientTransformer;
import io.tokenledger.agent.rewrite.RewriteReport;
import io.tokenledger.agent.rewrite.RewriteTarget;
import io.tokenledger.agent.safety.AgentLog;
import io.tokenledger.agent.safety.CircuitBreaker;
import io.tokenledger.agent.safety.GuardedMeter;
import io.tokenledger.agent.safety.KillSwitch;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts the agent together, in premain: checks, configuration, ledger, bridge, transformer. Whatever
 * can wait waits: taps, rewriters and ASM for the first class of a client, providers and scanners
 * for the first exchange, the queue and its thread for the first record.
 */
public final class AgentStarter {
  private final AgentConfig config;
  private final Instrumentation instrumentation;
  private final ClassLoader agent;

  private AgentStarter(AgentConfig config, Instrumentation instrumentation) {
    this.config = config;
    this.instrumentation = instrumentation;
    this.agent = AgentStarter.class.getClassLoader();
  }

  /**
   * Called by {@code AgentMain}, once.
   *
   * @param configFile path of the configuration, or null
   */
  public static void start(String configFile, Instrumentation instrumentation) throws Exception {
    String objection = PreflightChecks.objection();
    if (objection != null) {
      say(objection);
      return;
    }
    ConfigReader reader = new ConfigReader();
    AgentConfig config;
    try {
      config = reader.read(configFile);
    } catch (ConfigException refused) {
      say(refused.getMessage() + "; the application runs without metering");
      return;
    }
    for (String warning : reader.warnings()) {
      say(warning);
    }
    if (config.enabled()) {
      new AgentStarter(config, instrumentation).start();
    }
  }

  private void start() throws IOException, ReflectiveOperationException {
    ModuleAccess.grant(instrumentation, agent.getUnnamedModule());
    String objection = PreflightChecks.objectionToArguments();
    if (objection != null) {
      say(objection);
      return;
    }
    System.setProperty(PreflightChecks.ATTACHED_PROPERTY, "true");
    AgentLog log = new AgentLog(config.log());
    RewriteReport report = new RewriteReport();
    KillSwitch killSwitch = new KillSwitch(config.queue().directory());
    Class<?> bridge = BridgeInstaller.install(instrumentation, agent);
    HookTable hooks = new HookTable();
    hooks.connect(bridge);
    Map<String, RewriteTarget> targets = targets(hooks, killSwitch);
    new ClientTransformer(targets, bridge.getName().replace('.', '/'), report)
        .attach(instrumentation);
  }

  private Map<String, RewriteTarget> targets(HookTable hooks, KillSwitch killSwitch) {
    Map<String, RewriteTarget> targets = new HashMap<>();
    for (ClientTap tap : Clients.all()) {
      if (config.meters(tap.name())) {
        CircuitBreaker breaker = new CircuitBreaker(tap.name());
        Meter meter = new GuardedMeter(null, breaker, killSwitch);
        LazyClient client = new LazyClient(tap, hooks, meter, breaker);
        for (ClientRewriter rewriter : tap.rewriters()) {
          targets.put(rewriter.className(), client.target(rewriter));
        }
      }
    }
    return targets;
  }

  private static void say(String sentence) {
    System.err.println(AgentLog.PREFIX + sentence);
  }
}
