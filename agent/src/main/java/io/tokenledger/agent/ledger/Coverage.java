package io.tokenledger.agent.ledger;

import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of what was recognised could be read, by provider and API: a provider that changes its
 * format shows here first. Bounded: beyond {@link #MAX_KEYS} pairs, and beyond as many hosts that
 * nobody listed, everything is counted under {@link UnmeteredCalls#OTHER}. Ledger thread only.
 */
final class Coverage {
  static final int MAX_KEYS = 64;

  private static final String COUNTED_ELSEWHERE = "counted_elsewhere";

  private final Map<String, Map<String, long[]>> counts = new TreeMap<>();
  private final Map<String, Map<String, Long>> unlisted = new TreeMap<>();
  private int keys;
  private int unlistedKeys;

  /** Counts an exchange that has become a record. */
  void add(FinishedExchange finished, UsageRecord record) {
    String api = record.get(UsageField.API);
    String provider = record.get(UsageField.PROVIDER);
    if (api == null || provider == null) {
      api = UnmeteredCalls.OTHER;
      provider = UnmeteredCalls.OTHER;
    }
    long[] target = target(provider, api);
    List<String> notes = record.get(UsageField.USAGE_NOTE);
    notes = notes == null ? List.of() : notes;
    count(target, CoverageCount.EXCHANGES);
    if (has(notes, UsageNote.ANOMALY) && !finished.faulty()) {
      count(target, CoverageCount.ANOMALIES);
    }
    if (has(notes, UsageNote.SUM_MISMATCH)) {
      count(target, CoverageCount.SUM_MISMATCHES);
    }
    CoverageCount outcome = outcome(finished, record, notes);
    if (outcome != null) {
      count(target, outcome);
      if (isExpected(outcome)) {
        count(target, CoverageCount.USAGE_EXPECTED);
      }
    }
    if (finished.unlisted() && record.get(UsageField.HOST) != null) {
      addUnlisted(UnmeteredCalls.name(record.get(UsageField.HOST)), api);
    }
  }

  /** Writes the counters that are not zero. */
  void describe(JsonText json, UnmeteredCalls unmetered) {
    json.object("coverage");
    for (Map.Entry<String, Map<String, long[]>> provider : counts.entrySet()) {
      json.object(provider.getKey());
      for (Map.Entry<String, long[]> api : provider.getValue().entrySet()) {
        json.object(api.getKey());
        for (CoverageCount count : CoverageCount.values()) {
          long value = api.getValue()[count.ordinal()];
          if (value != 0) {
            json.field(count.text(), value);
          }
        }
        json.end();
      }
      json.end();
    }
    json.end();
    json.object("unlisted_hosts");
    describe(json, "metered", unlisted);
    describe(json, "unmetered", unmetered.totals());
    json.end();
  }

  private static void describe(
      JsonText json, String name, Map<String, Map<String, Long>> callsByHost) {
    json.object(name);
    for (Map.Entry<String, Map<String, Long>> host : callsByHost.entrySet()) {
      json.object(host.getKey());
      for (Map.Entry<String, Long> calls : host.getValue().entrySet()) {
        json.field(calls.getKey(), calls.getValue());
      }
      json.end();
    }
    json.end();
  }

  /** What became of the usage; null for a call that failed or was cut. */
  private static CoverageCount outcome(
      FinishedExchange finished, UsageRecord record, List<String> notes) {
    if (!isOk(record)) {
      return null;
    }
    boolean reported = "provider".equals(record.get(UsageField.USAGE_SOURCE));
    if (finished.faulty() && !reported) {
      return CoverageCount.FAULTS; // what a scan that broke off says of the rest is no evidence
    }
    boolean truncated = isTruncated(record);
    if (!truncated && !isWhole(record)) {
      return null;
    }
    if (reported) {
      return hasAllCounts(record) || !finished.expectsUsage()
          ? CoverageCount.USAGE_PARSED
          : CoverageCount.USAGE_INCOMPLETE;
    }
    if (!finished.expectsUsage()) {
      return CoverageCount.WITHOUT_USAGE;
    }
    if (has(notes, UsageNote.NOT_REQUESTED)) {
      return CoverageCount.NOT_REQUESTED;
    }
    if (has(notes, UsageNote.LATER)) {
      return CoverageCount.LATER;
    }
    if (notes.contains(COUNTED_ELSEWHERE)) {
      return CoverageCount.COUNTED_ELSEWHERE;
    }
    if (has(notes, UsageNote.TOO_LARGE)) {
      return CoverageCount.TOO_LARGE;
    }
    if (truncated) {
      return CoverageCount.TRUNCATED;
    }
    return has(notes, UsageNote.ENCODING_UNSUPPORTED)
        ? CoverageCount.ENCODING_UNSUPPORTED
        : CoverageCount.NOT_REPORTED;
  }

  private static boolean isExpected(CoverageCount outcome) {
    return switch (outcome) {
      case USAGE_PARSED,
          USAGE_INCOMPLETE,
          NOT_REPORTED,
          TRUNCATED,
          TOO_LARGE,
          ENCODING_UNSUPPORTED,
          FAULTS ->
          true;
      default -> false;
    };
  }

  private static boolean isOk(UsageRecord record) {
    Integer status = record.get(UsageField.HTTP_STATUS);
    return status != null && status >= 200 && status < 300;
  }

  private static boolean isWhole(UsageRecord record) {
    return "success".equals(record.get(UsageField.STATUS))
        && "complete".equals(record.get(UsageField.COMPLETION));
  }

  /** A body that ended in order, but not with what ends it: cut by the provider, or ended anew. */
  private static boolean isTruncated(UsageRecord record) {
    String error = record.get(UsageField.ERROR_TYPE);
    return "stream_truncated".equals(error)
        || "stream_corrupt".equals(error)
        || "body_truncated".equals(error);
  }

  /** A renamed count leaves a report with one side only. */
  private static boolean hasAllCounts(UsageRecord record) {
    return record.get(UsageField.TOTAL_TOKENS) != null
        || record.get(UsageField.BILLABLE) != null
        || record.get(UsageField.ITERATIONS) != null;
  }

  private long[] target(String provider, String api) {
    Map<String, long[]> apis = counts.get(provider);
    long[] target = apis == null ? null : apis.get(api);
    if (target != null) {
      return target;
    }
    boolean room = keys < MAX_KEYS;
    keys += room ? 1 : 0;
    return counts
        .computeIfAbsent(room ? provider : UnmeteredCalls.OTHER, name -> new TreeMap<>())
        .computeIfAbsent(
            room ? api : UnmeteredCalls.OTHER, name -> new long[CoverageCount.values().length]);
  }

  private void addUnlisted(String host, String api) {
    Map<String, Long> calls = unlisted.get(host);
    if (calls != null && calls.containsKey(api)) {
      calls.merge(api, 1L, Long::sum);
      return;
    }
    boolean room = unlistedKeys < MAX_KEYS;
    unlistedKeys += room ? 1 : 0;
    unlisted
        .computeIfAbsent(room ? host : UnmeteredCalls.OTHER, name -> new TreeMap<>())
        .merge(room ? api : UnmeteredCalls.OTHER, 1L, Long::sum);
  }

  private static void count(long[] target, CoverageCount count) {
    target[count.ordinal()]++;
  }

  private static boolean has(List<String> notes, UsageNote note) {
    return notes.contains(note.text());
  }
}
