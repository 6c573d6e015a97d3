package io.tokenledger.agent.start;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.config.ConfigException;
import io.tokenledger.agent.config.ConfigReader;
import io.tokenledger.agent.ledger.SourceDirectory;
import io.tokenledger.agent.ledger.SourceFacts;
import io.tokenledger.agent.rewrite.ClientTransformer;
import io.tokenledger.agent.rewrite.RewriteReport;
import io.tokenledger.agent.safety.AgentLog;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;

/**
 * Puts the agent together, in premain: checks, configuration, ledger, bridge, transformer. Whatever
 * can wait waits: meters, taps, rewriters and ASM for the first class of a client, providers and
 * scanners for the first exchange, the queue and its thread for the first record.
 */
public final class AgentStarter {
  private static final String VERSION_FILE = "io/tokenledger/agent/version.txt";

  private final AgentConfig config;
  private final AgentLog log;
  private final Instrumentation instrumentation;
  private final ClassLoader agent;

  private AgentStarter(AgentConfig config, AgentLog log, Instrumentation instrumentation) {
    this.config = config;
    this.log = log;
    this.instrumentation = instrumentation;
    this.agent = AgentStarter.class.getClassLoader();
  }

  /**
   * Called by {@code AgentMain}, once.
   *
   * @param configFile path of the configuration, or null
   */
  public static void start(String configFile, Instrumentation instrumentation) throws Throwable {
    String objection = PreflightChecks.objection();
    if (objection != null) {
      AgentLog.stepAside(objection);
      return;
    }
    ConfigReader reader = new ConfigReader();
    AgentConfig config;
    try {
      config = reader.read(configFile);
    } catch (ConfigException refused) {
      AgentLog.stepAside(refused.getMessage() + "; the application runs without metering");
      return;
    }
    AgentLog log = new AgentLog(config.log());
    for (String warning : reader.warnings()) {
      log.warn(warning);
    }
    if (config.enabled()) {
      new AgentStarter(config, log, instrumentation).start();
    }
  }

  private void start() throws Throwable {
    ModuleAccess.grant(instrumentation, agent.getUnnamedModule());
    String objection = PreflightChecks.objectionToArguments();
    if (objection != null) {
      AgentLog.stepAside(objection);
      return;
    }
    SourceDirectory source;
    String version = version();
    try {
      source = SourceDirectory.create(config.queue(), facts(version));
    } catch (IOException refused) {
      AgentLog.stepAside(refused.getMessage() + "; the application runs without metering");
      return;
    }
    System.setProperty(PreflightChecks.ATTACHED_PROPERTY, version);
    String directory = "queue.directory " + config.queue().directory();
    Class<?> bridge;
    try {
      bridge = BridgeInstaller.install(instrumentation, agent, source.path());
    } catch (IOException refused) {
      AgentLog.stepAside(
          (source.isThere()
                  ? refused.getMessage()
                  : directory + " is on a full disk, and in this JVM the agent needs a file there")
              + "; the application runs without metering");
      return;
    }
    if (!source.isThere()) {
      log.warn(directory + " is on a full disk; calls are counted as missing until there is room");
    }
    HookTable hooks = new HookTable();
    hooks.connect(bridge);
    RewriteReport report = new RewriteReport();
    LazyMetering metering = new LazyMetering(config, version, source, hooks, report, log);
    new ClientTransformer(metering.targets(), bridge.getName().replace('.', '/'), report, metering)
        .attach(instrumentation);
  }

  private SourceFacts facts(String version) {
    return new SourceFacts(
        config.service(),
        config.environment(),
        version,
        config.digest(),
        ClientStates.beforeAnyClass(config));
  }

  private String version() throws IOException {
    try (InputStream in = agent.getResourceAsStream(VERSION_FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
