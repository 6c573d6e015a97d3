package io.tokenledger.agent.rewrite;

import java.util.ArrayList;
import java.util.List;

/** Which classes were rewritten, and which were left alone and why. Thread-safe, bounded. */
public final class RewriteReport {
  private static final int MAX_OUTCOMES = 200;

  private final List<Outcome> outcomes = new ArrayList<>();

  synchronized void rewritten(String client, String className) {
    add(new Outcome(client, className, null));
  }

  synchronized void refused(String client, String className, String reason) {
    add(new Outcome(client, className, reason));
  }

  /** What happened so far, in order. */
  public synchronized List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private void add(Outcome outcome) {
    if (outcomes.size() < MAX_OUTCOMES) {
      outcomes.add(outcome);
    }
  }

  /**
   * @param client name of the client
   * @param className internal name of the class
   * @param refusal why it was left as it is; null when it was rewritten
   */
  public record Outcome(String client, String className, String refusal) {}
}
