package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts by day and class; a class without tokens is as good as none. */
final class DailyTokens {
  private final Map<LocalDate, Map<BillLine.Kind, BigDecimal>> days = new TreeMap<>();

  void add(LocalDate day, BillLine.Kind kind, BigDecimal count) {
    if (count.signum() != 0) {
      days.computeIfAbsent(day, date -> new EnumMap<>(BillLine.Kind.class))
          .merge(kind, count, BigDecimal::add);
    }
  }

  void addAll(DailyTokens other) {
    other.days.forEach((day, classes) -> classes.forEach((kind, count) -> add(day, kind, count)));
  }

  boolean isEmpty() {
    return days.isEmpty();
  }

  /** Whether both count the same in each class on each day. */
  boolean agreesWith(DailyTokens other) {
    return days.keySet().equals(other.days.keySet())
        && days.entrySet().stream()
            .allMatch(day -> agree(day.getValue(), other.days.get(day.getKey())));
  }

  /** By class, all days together. */
  Map<String, BigDecimal> sums() {
    Map<String, BigDecimal> sums = new TreeMap<>();
    days.values()
        .forEach(
            classes ->
                classes.forEach(
                    (kind, count) ->
                        sums.merge(kind.name().toLowerCase(Locale.ROOT), count, BigDecimal::add)));
    return sums;
  }

  private static boolean agree(
      Map<BillLine.Kind, BigDecimal> one, Map<BillLine.Kind, BigDecimal> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(entry -> entry.getValue().compareTo(other.get(entry.getKey())) == 0);
  }
}
