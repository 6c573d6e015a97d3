package io.tokenledger.forwarder.pricing.imports;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One model of a catalogue that is being imported, in our units: token rates per million, others
 * per piece. Filled by an importer, then only read.
 */
final class ImportedModel {
  /** Rates by unit. */
  static final class RateTable extends TreeMap<String, BigDecimal> {
    private static final long serialVersionUID = 1L;
  }

  /** Prices of a time. */
  static final class Period {
    final Instant from;
    Instant to;

    /** Where its prices are from; null for the catalogue's only source. */
    String source;

    /** What a reader should know of them; null for nothing. */
    String note;

    final SortedMap<String, RateTable> rates = new TreeMap<>();
    final SortedMap<Long, SortedMap<String, RateTable>> above = new TreeMap<>();

    /**
     * @param from null: ever since
     */
    Period(Instant from) {
      this.from = from;
    }

    /** The same prices, from a later time on. */
    Period since(Instant time) {
      Period later = new Period(time);
      later.to = to;
      later.source = source;
      later.note = note;
      later.rates.putAll(rates);
      later.above.putAll(above);
      return later;
    }

    RateTable tier(String tier) {
      return rates.computeIfAbsent(tier, name -> new RateTable());
    }

    RateTable tierAbove(long tokens, String tier) {
      return above
          .computeIfAbsent(tokens, bound -> new TreeMap<>())
          .computeIfAbsent(tier, name -> new RateTable());
    }

    /** What makes a price, the same for the same prices. */
    String content() {
      return from + " " + to + " " + rates + above;
    }
  }

  final String provider;
  final String model;
  final TreeSet<String> names = new TreeSet<>();
  final SortedMap<String, BigDecimal> regions = new TreeMap<>();
  final SortedMap<String, BigDecimal> tools = new TreeMap<>();
  final List<Period> periods = new ArrayList<>();

  ImportedModel(String provider, String model) {
    this.provider = provider;
    this.model = model;
  }

  /** The only period of a catalogue without dates. */
  Period onlyPeriod() {
    if (periods.isEmpty()) {
      periods.add(new Period(null));
    }
    return periods.get(0);
  }

  /**
   * Leaves out what says nothing: rates of zero and tiers without an input or output rate. A rate
   * of zero in these catalogues mostly stands for "not known".
   *
   * @param keepZero a model that is named as free
   * @return how many rates of zero were left out
   */
  int clean(boolean keepZero) {
    int zeros = 0;
    for (Period period : periods) {
      for (RateTable table : tables(period)) {
        int before = table.size();
        table.values().removeIf(rate -> rate.signum() == 0 && !keepZero);
        zeros += before - table.size();
      }
      period.rates.values().removeIf(Map::isEmpty);
      period
          .rates
          .entrySet()
          .removeIf(tier -> !tier.getKey().equals("standard") && !hasTokens(tier.getValue()));
      period.above.values().forEach(tiers -> tiers.keySet().retainAll(period.rates.keySet()));
      period.above.values().forEach(tiers -> tiers.values().removeIf(Map::isEmpty));
      period.above.values().removeIf(Map::isEmpty);
      for (String tier : period.rates.keySet()) {
        foldEqualReasoning(period.rates.get(tier));
        period.above.values().stream()
            .filter(tiers -> tiers.containsKey(tier))
            .forEach(tiers -> foldEqualReasoning(tiers.get(tier)));
      }
    }
    tools.values().removeIf(rate -> rate.signum() == 0);
    periods.removeIf(period -> period.rates.isEmpty());
    return zeros;
  }

  /** Leaves out what was before a time, and begins there. */
  void beginAt(Instant time) {
    periods.removeIf(period -> period.to != null && !period.to.isAfter(time));
    periods.replaceAll(
        period -> period.from == null || period.from.isBefore(time) ? period.since(time) : period);
  }

  /** Some catalogues write -1 where a price depends on something. */
  boolean hasRatesBelowZero() {
    return Stream.concat(
            periods.stream().flatMap(period -> tables(period).stream()).map(RateTable::values),
            Stream.of(tools.values()))
        .anyMatch(rates -> rates.stream().anyMatch(rate -> rate.signum() < 0));
  }

  boolean isPriced() {
    return !periods.isEmpty();
  }

  /** Whether another model costs just the same. */
  boolean costsTheSameAs(ImportedModel other) {
    return provider.equals(other.provider) && content().equals(other.content());
  }

  private String content() {
    StringBuilder text = new StringBuilder().append(regions).append(tools);
    periods.forEach(period -> text.append(period.content()));
    return text.toString();
  }

  private static List<RateTable> tables(Period period) {
    List<RateTable> tables = new ArrayList<>(period.rates.values());
    period.above.values().forEach(tiers -> tables.addAll(tiers.values()));
    return tables;
  }

  private static boolean hasTokens(RateTable table) {
    return table.containsKey("input") || table.containsKey("output");
  }

  /** Reasoning at the output rate is output. */
  private static void foldEqualReasoning(RateTable table) {
    if (table.containsKey("reasoning") && table.get("reasoning").equals(table.get("output"))) {
      table.remove("reasoning");
    }
  }
}
