package io.tokenledger.agent.safety;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says once for each time that a breaker opens. For the ledger thread alone. */
public final class BreakerLog {
  private final AgentLog log;
  private final Set<CircuitBreaker> told = new HashSet<>();

  public BreakerLog(AgentLog log) {
    this.log = log;
  }

  /** Looks at the breakers. */
  public void poll(List<CircuitBreaker> breakers) {
    for (int i = 0; i < breakers.size(); i++) {
      CircuitBreaker breaker = breakers.get(i);
      if (!breaker.tripped()) {
        told.remove(breaker);
      } else if (told.add(breaker)) {
        log.warn(
            "client "
                + breaker.client()
                + " is not metered for now, the agent failed "
                + breaker.errors()
                + " times there, lately with "
                + breaker.lastError());
      }
    }
  }
}
