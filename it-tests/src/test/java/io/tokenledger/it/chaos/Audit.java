package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.AccountedProvider.Usage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Holds the ledger against what the provider sent and what the applications say of each call. A
 * call is a row with the provider's counts, or there is a reason that the documentation names; what
 * has neither is unexplained. Not thread-safe.
 */
final class Audit {
  /**
   * A record is safe so long after its response ended (docs/operations.md); then a kill is free.
   */
  private static final long SAFE_AFTER_NANOS = 250_000_000L;

  /** The same for what a process calls in its first second, while it loads its classes. */
  private static final long SAFE_AT_START_NANOS = 1_000_000_000L;

  private final Map<String, Usage> answered;
  private final Map<Integer, List<Integer>> answeredByLife;
  private final Booked booked;
  private final Map<String, Long> explained = new TreeMap<>();
  private final List<String> unexplained = new ArrayList<>();
  private final Set<UUID> accountedFor = new HashSet<>();
  private int processes;
  private long calls;
  private long oldestLostMillis;

  private Audit(Map<String, Usage> answered, Booked booked) {
    this.answered = answered;
    this.booked = booked;
    this.answeredByLife =
        answered.keySet().stream()
            .map(id -> Integer.valueOf(id.substring("call-".length())))
            .collect(Collectors.groupingBy(call -> call / Life.NUMBERS));
  }

  /**
   * @param answered what the provider sent, by response id
   * @param lives all processes that called it, ended
   */
  static Audit of(Connection ledger, Map<String, Usage> answered, List<Life> lives)
      throws SQLException {
    return of(Booked.read(ledger), answered, lives);
  }

  static Audit of(Booked booked, Map<String, Usage> answered, List<Life> lives) {
    Audit audit = new Audit(answered, booked);
    audit.check(lives);
    return audit;
  }

  /** Differences that nothing owns up to, each as a sentence. */
  List<String> unexplained() {
    return unexplained;
  }

  /** What another look at the ledger found wrong. */
  void alsoUnexplained(String difference) {
    unexplained.add(difference);
  }

  /** One line. */
  String summary() {
    return "audit: processes="
        + processes
        + " calls="
        + calls
        + " rows="
        + booked.rows().size()
        + " gaps="
        + booked.gaps().size()
        + " torn ends="
        + booked.gaps().stream().filter(gap -> gap.kind().equals("torn")).count()
        + " explained="
        + explained
        + " oldest lost to a kill="
        + oldestLostMillis
        + "ms unexplained="
        + unexplained.size();
  }

  private void check(List<Life> lives) {
    Map<Integer, Map<Integer, Booked.Row>> rows = rowsByLife();
    checkNameless(lives);
    for (Life life : lives) {
      processes++;
      check(life, rows.getOrDefault(life.number(), Map.of()));
    }
    for (Booked.Gap gap : booked.gaps()) {
      if (!accountedFor.contains(gap.source())) {
        unexplained.add("gap of a source that no process had: " + gap);
      }
    }
    if (booked.deadLetters() > 0) {
      unexplained.add(booked.deadLetters() + " dead letters");
    }
    unexplained.addAll(booked.rollups());
  }

  /** A call that was cut off before its request had been written does not say which it is. */
  private void checkNameless(List<Life> lives) {
    Set<UUID> ended = new HashSet<>();
    for (Life life : lives) {
      if (life.end() == Life.End.TERMINATED || life.end() == Life.End.ORDERLY) {
        ended.add(source(life));
      }
    }
    for (Booked.Row row : booked.rows()) {
      if (row.call() >= 0) {
        continue;
      }
      if (ended.contains(row.source()) && row.status().equals("cancelled") && row.usage() == null) {
        explain("in flight when its process was told to end", 1);
      } else {
        unexplained.add("a row that names no call: " + row);
      }
    }
  }

  private Map<Integer, Map<Integer, Booked.Row>> rowsByLife() {
    Map<Integer, Map<Integer, Booked.Row>> rows = new HashMap<>();
    for (Booked.Row row : booked.rows()) {
      if (row.call() < 0) {
        continue;
      }
      Map<Integer, Booked.Row> own =
          rows.computeIfAbsent(row.call() / Life.NUMBERS, life -> new HashMap<>());
      if (own.put(row.call(), row) != null) {
        unexplained.add("twice: " + row);
      }
    }
    return rows;
  }

  private void check(Life life, Map<Integer, Booked.Row> rows) {
    Map<Integer, Life.Call> said = life.calls();
    calls += said.size();
    rows.values().forEach(row -> checkRow(life, row, said.get(row.call())));
    long firstNanos = said.values().stream().mapToLong(Life.Call::nanos).min().orElse(0);
    long atRisk = 0;
    long late = 0;
    long missing = 0;
    for (Map.Entry<Integer, Life.Call> call : said.entrySet()) {
      Life.Call how = call.getValue();
      if (rows.containsKey(call.getKey()) || how.how().equals("failed")) {
        continue;
      }
      missing++;
      long age = life.endNanos() - how.nanos();
      boolean start = how.nanos() - firstNanos < SAFE_AT_START_NANOS;
      if (age < 0) {
        late++;
      } else if (life.end() == Life.End.KILLED
          && age < (start ? SAFE_AT_START_NANOS : SAFE_AFTER_NANOS)) {
        atRisk++;
        oldestLostMillis = Math.max(oldestLostMillis, age / 1_000_000);
      }
    }
    checkMissing(life, missing, late, atRisk);
    long notSaid =
        answeredByLife.getOrDefault(life.number(), List.of()).stream()
            .filter(call -> !said.containsKey(call) && !rows.containsKey(call))
            .count();
    long owned = owned(life);
    if (owned > missing + notSaid) {
      unexplained.add(
          "gaps of " + life + " own up to " + owned + " calls, but it misses only " + missing);
    }
  }

  private void checkRow(Life life, Booked.Row row, Life.Call said) {
    Usage sent = answered.get("call-" + row.call());
    if (sent == null) {
      unexplained.add("a row for what was never answered: " + row);
    } else if (row.usage() != null) {
      if (!row.usage().equals(sent) || !row.responseId().equals("call-" + row.call())) {
        unexplained.add("the provider said " + sent + ", the ledger says " + row);
      }
    } else if (said != null && said.how().equals("cut")) {
      explain("closed early by the application", 1);
    } else if (said == null || said.how().equals("failed") || said.nanos() > life.endNanos()) {
      explain("in flight when its process was told to end", 1);
    } else {
      unexplained.add(life + " has no counts for a call that came back whole: " + row);
    }
  }

  /** Gaps say how many, not which: so it is numbers that must meet. */
  private void checkMissing(Life life, long missing, long late, long atRisk) {
    long owned = owned(life);
    checkGaps(life);
    long left = missing;
    left -= explainUpTo("began after its process was told to end", Math.min(late, left));
    long inGaps = Math.min(owned, left);
    left -= explainUpTo("owned up to by gaps", inGaps);
    left -= explainUpTo("lost with a killed process", Math.min(atRisk, left));
    if (source(life) == null && life.saidThatTheDiskIsFull()) {
      left -=
          explainUpTo(
              "of a process that began on a full disk, as it said, and never had room", left);
    }
    if (life.endedOnFullDisk()) {
      left -= explainUpTo("dropped on a disk that was still full at the end", left);
    }
    if (left > 0) {
      unexplained.add(
          left
              + " calls of "
              + life
              + " ("
              + life.end()
              + ") have no row and no gap owns up to them");
    }
  }

  private long owned(Life life) {
    return gaps(life).stream()
        .filter(gap -> gap.kind().equals("reported"))
        .mapToLong(Booked.Gap::missing)
        .sum();
  }

  private void checkGaps(Life life) {
    for (Booked.Gap gap : gaps(life)) {
      accountedFor.add(gap.source());
      if (gap.kind().equals("torn") && life.end() == Life.End.KILLED) {
        explain("torn by a kill", 1);
      } else if (!gap.kind().equals("reported") || !"disk".equals(gap.reason())) {
        unexplained.add("a gap of " + life + " that nothing here makes: " + gap);
      }
    }
  }

  private List<Booked.Gap> gaps(Life life) {
    UUID source = source(life);
    return booked.gaps().stream().filter(gap -> gap.source().equals(source)).toList();
  }

  /** Null when no forwarder ever saw it. */
  private UUID source(Life life) {
    return booked.source(life.service(), life.pid(), life.begun());
  }

  private void explain(String why, long count) {
    explained.merge(why, count, Long::sum);
  }

  private long explainUpTo(String why, long count) {
    if (count > 0) {
      explain(why, count);
    }
    return count;
  }
}
