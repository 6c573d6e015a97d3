package io.tokenledger.forwarder.watch;

import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.watch.Finding.Code;
import io.tokenledger.forwarder.watch.LedgerFigures.Single;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Judges figures: what is worth a look, and at which limit. {@code docs/operations.md} has them.
 */
final class Findings {
  private static final Duration DRAIN_SILENT = Duration.ofSeconds(60);
  private static final Duration LAGGING = Duration.ofSeconds(60);
  private static final double FULL = 0.5;
  private static final int NEAR_DAYS = 7;

  private Findings() {}

  /**
   * @param silence of the drain; null where there is none in this process
   * @param ledger null where it could not be read
   */
  static void add(
      List<Finding> findings,
      Duration silence,
      QueueFigures queue,
      LedgerFigures ledger,
      DrainSettings settings,
      List<String> unreadable) {
    if (silence != null && silence.compareTo(DRAIN_SILENT) > 0) {
      add(
          findings,
          Code.DRAIN,
          "The drain gave no sign of life for "
              + silence.toSeconds()
              + " s: a statement hangs; look at pg_stat_activity for tokenledger-forwarder.");
    }
    queue(findings, queue, settings);
    unreadable.stream()
        .distinct()
        .limit(1)
        .forEach(sentence -> add(findings, Code.QUEUE_UNREADABLE, sentence));
    if (ledger != null) {
      ledger(findings, ledger);
    }
  }

  private static void queue(List<Finding> findings, QueueFigures queue, DrainSettings settings) {
    if (queue.oldest() != null && queue.oldest().compareTo(LAGGING) > 0) {
      add(
          findings,
          Code.LAG,
          "The oldest record in "
              + settings.queueDirectory()
              + " waits for "
              + queue.oldest().toSeconds()
              + " s: `status` shows whose.");
    }
    if (queue.bytes() > FULL * settings.directoryMaxBytes()) {
      add(
          findings,
          Code.QUEUE_DISK,
          "Queue directory "
              + settings.queueDirectory()
              + " holds "
              + queue.bytes()
              + " of queue.directory_max_bytes "
              + settings.directoryMaxBytes()
              + ": drained files are deleted early, and at the limit agents drop records.");
    }
    if (!queue.refusals().isEmpty()) {
      add(
          findings,
          Code.CLIENT_REFUSED,
          "Agents left clients alone, whose calls are not metered: "
              + queue.refusals().entrySet().stream()
                  .map(
                      refusal ->
                          refusal.getKey().client()
                              + " in "
                              + refusal.getValue()
                              + " process(es), "
                              + refusal.getKey().reason())
                  .sorted()
                  .limit(3)
                  .collect(Collectors.joining("; "))
              + ".");
    }
  }

  private static void ledger(List<Finding> findings, LedgerFigures ledger) {
    double letters = ledger.singles().getOrDefault(Single.DEAD_LETTERS_LAST_HOUR, 0.0);
    if (letters > 0) {
      add(
          findings,
          Code.DEAD_LETTERS,
          (long) letters
              + (letters == 1 ? " record" : " records")
              + " became dead letters in the last hour: `dead-letters list`.");
    }
    if (!ledger.gaps().isEmpty()) {
      add(
          findings,
          Code.DROPS,
          "Records went missing in the last hour: "
              + ledger.gaps().stream()
                  .map(
                      row ->
                          row.labels().stream()
                              .filter(label -> !label.isEmpty())
                              .collect(Collectors.joining("/")))
                  .limit(3)
                  .collect(Collectors.joining(", "))
              + "; token_ledger_gaps says how many and when.");
    }
    Double ahead = ledger.singles().get(Single.PARTITIONS_AHEAD);
    if (ahead != null && ahead < 1 && isNear(LocalDate.now(ZoneOffset.UTC))) {
      add(
          findings,
          Code.PARTITIONS,
          "There is no partition for next month: let the forwarder's role EXECUTE"
              + " token_ledger.ensure_partition, or call it as the owner.");
    }
  }

  /** The next month: before that the forwarder has time to make its partition. */
  private static boolean isNear(LocalDate today) {
    return today.plusDays(NEAR_DAYS).getMonth() != today.getMonth();
  }

  private static void add(List<Finding> findings, Code code, String message) {
    findings.add(new Finding(code, message));
  }
}
