package io.tokenledger.forwarder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counters of an agent's report that have a place in the ledger, each under the four names that
 * lead to it: {@code coverage}, provider, API, counter; or {@code unlisted_hosts}, {@code metered}
 * or {@code unmetered}, host, call. They are cumulative since the start of the process. Whatever
 * else a report says is left alone, for agents are older and newer than this. Immutable.
 */
final class ReportedCounters {
  static final ReportedCounters NONE = new ReportedCounters(new TreeMap<>());

  static final String COVERAGE = "coverage";
  static final String UNLISTED_HOSTS = "unlisted_hosts";
  static final String METERED = "metered";
  static final String UNMETERED = "unmetered";

  /** Columns of {@code token_ledger_coverage}, by the names that agents use too. */
  static final List<String> COVERAGE_COUNTERS =
      List.of(
          "exchanges",
          "usage_expected",
          "usage_parsed",
          "usage_incomplete",
          "not_reported",
          "truncated",
          "too_large",
          "encoding_unsupported",
          "faults",
          "not_requested",
          "later",
          "counted_elsewhere",
          "without_usage",
          "anomalies",
          "sum_mismatches");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NAMES = 4;

  private final SortedMap<Names, Long> counts;

  /** The way to a counter, ordered name by name. */
  record Names(List<String> names) implements Comparable<Names> {
    private static final Comparator<Names> ORDER =
        Comparator.<Names, String>comparing(way -> way.names.get(0))
            .thenComparing(way -> way.names.get(1))
            .thenComparing(way -> way.names.get(2))
            .thenComparing(way -> way.names.get(3));

    String get(int level) {
      return names.get(level);
    }

    @Override
    public int compareTo(Names other) {
      return ORDER.compare(this, other);
    }
  }

  private ReportedCounters(SortedMap<Names, Long> counts) {
    this.counts = counts;
  }

  /** The counters in a report; none in what is no JSON object or null. */
  static ReportedCounters of(String report) {
    if (report == null) {
      return NONE;
    }
    try {
      SortedMap<Names, Long> counts = new TreeMap<>();
      collect(JSON.readTree(report), List.of(), counts);
      return new ReportedCounters(counts);
    } catch (JsonProcessingException damaged) {
      return NONE; // the database refuses the report itself, and says so
    }
  }

  /** By their names, in order. */
  Map<Names, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** What these count beyond earlier ones; a counter that went back counts nothing. */
  ReportedCounters since(ReportedCounters earlier) {
    SortedMap<Names, Long> more = new TreeMap<>();
    counts.forEach(
        (names, count) -> {
          long added = count - earlier.counts.getOrDefault(names, 0L);
          if (added > 0) {
            more.put(names, added);
          }
        });
    return new ReportedCounters(more);
  }

  /** The higher of each counter: what is booked once both are. */
  ReportedCounters and(ReportedCounters other) {
    SortedMap<Names, Long> highest = new TreeMap<>(counts);
    other.counts.forEach((names, count) -> highest.merge(names, count, Math::max));
    return new ReportedCounters(highest);
  }

  /** As {@link #of} reads them. */
  String json() {
    ObjectNode root = JSON.createObjectNode();
    counts.forEach(
        (names, count) -> {
          ObjectNode object = root;
          for (int level = 0; level < NAMES - 1; level++) {
            object = object.withObjectProperty(names.get(level));
          }
          object.put(names.get(NAMES - 1), count);
        });
    return root.toString();
  }

  private static void collect(JsonNode node, List<String> way, SortedMap<Names, Long> counts) {
    node.fields()
        .forEachRemaining(
            field -> {
              List<String> names = new ArrayList<>(way);
              names.add(field.getKey());
              JsonNode value = field.getValue();
              if (names.size() < NAMES) {
                collect(value, names, counts);
              } else if (hasPlace(names) && value.canConvertToLong() && value.asLong() > 0) {
                counts.put(new Names(names), value.asLong());
              }
            });
  }

  private static boolean hasPlace(List<String> names) {
    return switch (names.get(0)) {
      case COVERAGE -> COVERAGE_COUNTERS.contains(names.get(NAMES - 1));
      case UNLISTED_HOSTS -> names.get(1).equals(METERED) || names.get(1).equals(UNMETERED);
      default -> false;
    };
  }
}
