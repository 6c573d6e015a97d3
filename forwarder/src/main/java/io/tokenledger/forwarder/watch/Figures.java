package io.tokenledger.forwarder.watch;

import io.tokenledger.forwarder.drain.DrainSettings;
import java.util.List;

/** Gives every figure its metric. */
final class Figures {
  private final Gauges gauges;
  private final String version;

  Figures(Gauges gauges, String version) {
    this.gauges = gauges;
    this.version = version;
  }

  /**
   * @param ledger null where it could not be read
   */
  void set(
      DrainMeters drain,
      QueueFigures queue,
      LedgerFigures ledger,
      DrainSettings settings,
      boolean reachable,
      List<Finding> findings) {
    gauges.set(
        "tokenledger_build",
        "1, with the versions of forwarder and Java.",
        1,
        "version",
        version,
        "java",
        Runtime.version().toString());
    gauges.set(
        "tokenledger_postgres_up",
        "1: Postgres answered the last look and the drain; 0: it did not.",
        reachable ? 1 : 0);
    for (Finding finding : findings) {
      gauges.set(
          "tokenledger_finding",
          "1 for each finding of /health/ready.",
          1,
          "code",
          finding.code().text(),
          "status",
          finding.code().isDown() ? "down" : "degraded");
    }
    gauges.set(
        "tokenledger_sources_held_elsewhere",
        "Sources in this directory that another forwarder reads.",
        drain.heldElsewhere());
    queue(queue, settings);
    if (ledger != null) {
      ledger(ledger);
    }
  }

  private void queue(QueueFigures queue, DrainSettings settings) {
    queue
        .services()
        .forEach(
            (name, service) -> {
              gauges.set(
                  "tokenledger_lag_records",
                  "Records on disk that are not committed.",
                  service.records(),
                  "service",
                  name);
              gauges.set(
                  "tokenledger_lag_seconds",
                  "Age of the oldest record that is not committed; 0: none waits.",
                  service.behind().toMillis() / 1e3,
                  "service",
                  name);
              gauges.set(
                  "tokenledger_sources",
                  "Processes that live or have records left, in this directory.",
                  service.sources(),
                  "service",
                  name);
              gauges.set(
                  "tokenledger_sources_without_exchanges",
                  "Of these, those that called no model in more than 10 minutes of life.",
                  service.silent(),
                  "service",
                  name);
            });
    queue
        .refusals()
        .forEach(
            (refusal, agents) ->
                gauges.set(
                    "tokenledger_agents_refusing",
                    "Processes in this directory whose agent left a client alone.",
                    agents,
                    "client",
                    refusal.client(),
                    "reason",
                    refusal.reason()));
    gauges.set(
        "tokenledger_queue_bytes", "Lengths of all files in the queue directory.", queue.bytes());
    gauges.set(
        "tokenledger_queue_max_bytes",
        "queue.directory_max_bytes of this forwarder.",
        settings.directoryMaxBytes());
    gauges.set(
        "tokenledger_queue_oldest_undrained_seconds",
        "Age of the oldest record in the directory that is not committed; 0: none waits.",
        queue.oldest() == null ? 0 : queue.oldest().toMillis() / 1e3);
  }

  private void ledger(LedgerFigures ledger) {
    ledger.singles().forEach((single, value) -> gauges.set(single.metric, single.help, value));
    for (LedgerFigures.Row row : ledger.coverage()) {
      gauges.set(
          "tokenledger_coverage_percent",
          "How much of the usage that was due yesterday and today (UTC) could be read.",
          row.value(),
          "provider",
          row.labels().get(0),
          "api",
          row.labels().get(1));
    }
    for (LedgerFigures.Row row : ledger.unlisted()) {
      gauges.set(
          "tokenledger_unlisted_host_calls",
          "Calls yesterday and today (UTC) that look like a model's, to hosts that nobody lists.",
          row.value(),
          "metered",
          row.labels().get(0));
    }
    gaps("tokenledger_gaps_last_hour", "Gaps found in the last hour.", ledger.gaps());
    gaps(
        "tokenledger_gap_records_last_hour",
        "Records missing in gaps found in the last hour, where known.",
        ledger.gapRecords());
  }

  private void gaps(String name, String help, List<LedgerFigures.Row> rows) {
    for (LedgerFigures.Row row : rows) {
      gauges.set(
          name,
          help,
          row.value(),
          "service",
          row.labels().get(0),
          "kind",
          row.labels().get(1),
          "reason",
          row.labels().get(2));
    }
  }
}
