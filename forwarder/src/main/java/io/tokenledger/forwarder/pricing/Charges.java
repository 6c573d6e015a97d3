package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a row or an iteration costs by one sheet: its lines, or the reason why there are none.
 *
 * @param known the parts that have an amount, zero included; a part is unknown where its count was
 *     not reported
 * @param cacheSavings what the cached input would have cost as fresh text, minus what it did cost;
 *     null where nothing is known of a cache
 */
record Charges(
    List<Charge> lines, Set<Charge.Part> known, BigDecimal cacheSavings, UnpricedReason reason) {

  Charges {
    lines = List.copyOf(lines);
    known = Set.copyOf(known);
  }

  static Charges none(UnpricedReason reason) {
    return new Charges(List.of(), Set.of(), null, reason);
  }

  /** Sum of a part; null where it is not known. */
  BigDecimal sum(Charge.Part part) {
    if (!known.contains(part)) {
      return null;
    }
    return Charge.total(lines.stream().filter(line -> line.part() == part).toList());
  }

  BigDecimal total() {
    return Charge.total(lines);
  }

  Charges plus(Charges other) {
    List<Charge> all = new ArrayList<>(lines);
    all.addAll(other.lines);
    Set<Charge.Part> parts = new java.util.HashSet<>(known);
    parts.addAll(other.known);
    return new Charges(all, parts, Money.add(cacheSavings, other.cacheSavings), null);
  }

  Charges inUsd(BigDecimal usd) {
    return new Charges(
        lines.stream().map(line -> line.inUsd(usd)).toList(),
        known,
        cacheSavings == null ? null : cacheSavings.multiply(usd),
        reason);
  }
}
