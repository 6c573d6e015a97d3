package io.tokenledger.agent.ledger;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Requests that look like a model call and are not metered: how many, by host and by the end of the
 * path. Counted on application threads, without locks, in a table that only grows, up to {@link
 * #MAX_ENTRIES}; whatever finds no room is counted under {@link #OTHER}. Only a host's first
 * request allocates. Thread-safe.
 */
final class UnmeteredCalls {
  static final int MAX_ENTRIES = 64;
  static final String OTHER = "other";

  private static final int MAX_NAME = 100;

  private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(MAX_ENTRIES);
  private final AtomicLong others = new AtomicLong();
  private long lastTotal;

  private record Entry(String host, String pathEnd, AtomicLong calls) {}

  /**
   * Counts a request.
   *
   * @param pathEnd a constant, never a part of the request
   */
  void add(String host, String pathEnd) {
    for (int i = 0; i < MAX_ENTRIES; i++) {
      Entry entry = entries.get(i);
      if (entry == null) {
        Entry mine = new Entry(host, pathEnd, new AtomicLong(1));
        if (entries.compareAndSet(i, null, mine)) {
          return;
        }
        entry = entries.get(i);
      }
      if (entry.pathEnd.equals(pathEnd) && entry.host.equalsIgnoreCase(host)) {
        entry.calls.incrementAndGet();
        return;
      }
    }
    others.incrementAndGet();
  }

  /** True before the first request was counted. */
  boolean isEmpty() {
    return entries.get(0) == null;
  }

  /** True when something was counted since this was last asked. For the ledger thread. */
  boolean hasNews() {
    long total = others.get();
    for (int i = 0; i < MAX_ENTRIES && entries.get(i) != null; i++) {
      total += entries.get(i).calls.get();
    }
    boolean news = total != lastTotal;
    lastTotal = total;
    return news;
  }

  /** How many requests since the start, by host and end of the path. */
  Map<String, Map<String, Long>> totals() {
    Map<String, Map<String, Long>> totals = new TreeMap<>();
    for (int i = 0; i < MAX_ENTRIES && entries.get(i) != null; i++) {
      Entry entry = entries.get(i);
      totals
          .computeIfAbsent(name(entry.host), host -> new TreeMap<>())
          .merge(entry.pathEnd, entry.calls.get(), Long::sum);
    }
    if (others.get() > 0) {
      totals.put(OTHER, Map.of(OTHER, others.get()));
    }
    return totals;
  }

  /** A host or provider as reports have it: lower case, and of bounded length. */
  static String name(String host) {
    String name = host.length() > MAX_NAME ? host.substring(0, MAX_NAME) : host;
    return name.toLowerCase(Locale.ROOT);
  }
}
