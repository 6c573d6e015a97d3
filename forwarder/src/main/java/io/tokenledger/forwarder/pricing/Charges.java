package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
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
    known = known.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(known));
  }

  static Charges none(UnpricedReason reason) {
    return new Charges(List.of(), Set.of(), null, reason);
  }

  /** Sum of a part; null where it is not known. */
  BigDecimal sum(Charge.Part part) {
    return sum(lines, known, part);
  }

  static BigDecimal sum(List<Charge> lines, Set<Charge.Part> known, Charge.Part part) {
    if (!known.contains(part)) {
      return null;
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (Charge line : lines) {
      if (line.part() == part) {
        sum = sum.add(line.amount());
      }
    }
    return sum;
  }

  BigDecimal total() {
    return Charge.total(lines);
  }

  Charges plus(Charges other) {
    if (other.lines.isEmpty() && other.known.isEmpty() && other.cacheSavings == null) {
      return reason == null ? this : new Charges(lines, known, cacheSavings, null);
    }
    List<Charge> all = new ArrayList<>(lines);
    all.addAll(other.lines);
    Set<Charge.Part> parts = EnumSet.noneOf(Charge.Part.class);
    parts.addAll(known);
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
