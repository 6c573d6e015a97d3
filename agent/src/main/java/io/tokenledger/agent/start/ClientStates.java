package io.tokenledger.agent.start;

import io.tokenledger.agent.client.Clients;
import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.rewrite.RewriteReport;
import io.tokenledger.agent.safety.CircuitBreaker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What became of each client, in words: {@code disabled}, {@code not seen}, {@code rewritten},
 * {@code refused: why}, and the agent's own errors there.
 */
final class ClientStates implements Supplier<Map<String, String>> {
  private final AgentConfig config;
  private final RewriteReport report;
  private final List<CircuitBreaker> breakers;

  ClientStates(AgentConfig config, RewriteReport report, List<CircuitBreaker> breakers) {
    this.config = config;
    this.report = report;
    this.breakers = breakers;
  }

  @Override
  public Map<String, String> get() {
    Map<String, String> states = beforeAnyClass(config);
    for (RewriteReport.Outcome outcome : report.outcomes()) {
      String before = states.get(outcome.client());
      if (outcome.refusal() != null) {
        states.put(outcome.client(), "refused: " + outcome.refusal());
      } else if (!before.startsWith("refused")) {
        states.put(outcome.client(), "rewritten");
      }
    }
    for (CircuitBreaker breaker : breakers) {
      if (breaker.errors() > 0) {
        String state = states.get(breaker.client());
        states.put(
            breaker.client(),
            state + "; " + breaker.errors() + " errors, lately " + breaker.lastError());
      }
    }
    return states;
  }

  /** As in {@code source.json}. */
  static Map<String, String> beforeAnyClass(AgentConfig config) {
    Map<String, String> states = new TreeMap<>();
    for (String client : Clients.names()) {
      states.put(client, config.meters(client) ? "not seen" : "disabled");
    }
    return states;
  }
}
