package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts by day and class; a class without tokens is as good as none, an unknown count is not. */
final class DailyTokens {
  private final Map<LocalDate, Map<BillLine.Kind, BigDecimal>> days = new TreeMap<>();
  private final Set<BillLine.Kind> unknown = EnumSet.noneOf(BillLine.Kind.class);

  /**
   * Adds a count.
   *
   * @param count null: not known
   */
  void add(LocalDate day, BillLine.Kind kind, BigDecimal count) {
    if (count == null) {
      unknown.add(kind);
    } else if (count.signum() != 0) {
      days.computeIfAbsent(day, date -> new EnumMap<>(BillLine.Kind.class))
          .merge(kind, count, BigDecimal::add);
    }
  }

  void addAll(DailyTokens other) {
    other.days.forEach((day, classes) -> classes.forEach((kind, count) -> add(day, kind, count)));
    unknown.addAll(other.unknown);
  }

  boolean isEmpty() {
    return days.isEmpty() && unknown.isEmpty();
  }

  /** Whether both count the same in each class on each day, and all of it is known. */
  boolean agreesWith(DailyTokens other) {
    return unknown.isEmpty()
        && other.unknown.isEmpty()
        && days.keySet().equals(other.days.keySet())
        && days.entrySet().stream()
            .allMatch(day -> agree(day.getValue(), other.days.get(day.getKey())));
  }

  /** By class, all days together; null where a part of it is not known. */
  Map<String, BigDecimal> sums() {
    Map<String, BigDecimal> sums = new TreeMap<>();
    days.values()
        .forEach(
            classes ->
                classes.forEach((kind, count) -> sums.merge(text(kind), count, BigDecimal::add)));
    unknown.forEach(kind -> sums.put(text(kind), null));
    return sums;
  }

  private static String text(BillLine.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static boolean agree(
      Map<BillLine.Kind, BigDecimal> one, Map<BillLine.Kind, BigDecimal> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(entry -> entry.getValue().compareTo(other.get(entry.getKey())) == 0);
  }
}
