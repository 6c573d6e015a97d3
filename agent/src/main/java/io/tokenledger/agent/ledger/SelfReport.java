package io.tokenledger.agent.ledger;

import io.tokenledger.record.AgentReport;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes the reports in which the agent says how it fares. Used by the ledger thread alone. */
final class SelfReport {
  private final Clock clock;
  private final Supplier<Map<String, String>> clientStates;
  private final BoundedHandOff handOff;
  private final SequencedWriter writer;
  private final GapLog gaps;
  private final OwnCost ownCost;
  private final Coverage coverage;
  private final UnmeteredCalls unmetered;
  private final long startNanos = System.nanoTime();

  SelfReport(
      Clock clock,
      Supplier<Map<String, String>> clientStates,
      BoundedHandOff handOff,
      SequencedWriter writer,
      GapLog gaps,
      OwnCost ownCost,
      Coverage coverage,
      UnmeteredCalls unmetered) {
    this.clock = clock;
    this.clientStates = clientStates;
    this.handOff = handOff;
    this.writer = writer;
    this.gaps = gaps;
    this.ownCost = ownCost;
    this.coverage = coverage;
    this.unmetered = unmetered;
  }

  /**
   * A report.
   *
   * @param occasion {@code start}, {@code running} or {@code stop}
   * @param errors what the ledger thread survived since the start
   */
  AgentReport make(String occasion, long errors) {
    JsonText json = new JsonText();
    json.field("occasion", occasion);
    json.field("metering_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
    json.field("exchanges_handed_over", handOff.offered());
    json.field("entries_written", writer.written());
    json.field("ledger_errors", errors);
    json.field("writer", writer.writerName());
    if (writer.whyNotChronicle() != null) {
      json.field("why_not_chronicle", writer.whyNotChronicle());
    }
    json.object("missing");
    fields(json, gaps.totals());
    json.end();
    json.object("clients");
    for (Map.Entry<String, String> client : clientStates.get().entrySet()) {
      json.field(client.getKey(), client.getValue());
    }
    json.end();
    ownCost.describe(json);
    coverage.describe(json, unmetered);
    return new AgentReport(clock.instant(), json.finish());
  }

  /** Without a lambda: the first one of a JVM takes milliseconds, and it may be about to stop. */
  private static void fields(JsonText json, Map<String, Long> counts) {
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      json.field(count.getKey(), count.getValue());
    }
  }
}
