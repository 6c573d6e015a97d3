package io.tokenledger.forwarder.reconcile;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;

/**
 * The days that a bill speaks of: what it does not list on one of these was not billed, what was
 * billed on others it leaves open. Immutable.
 *
 * @param all whether these are all days
 */
record CoveredDays(boolean all, Set<LocalDate> days) {
  static final CoveredDays NONE = new CoveredDays(false, Set.of());
  static final CoveredDays ALL = new CoveredDays(true, Set.of());

  CoveredDays {
    days = Set.copyOf(days);
  }

  static CoveredDays of(Set<LocalDate> days) {
    return new CoveredDays(false, days);
  }

  boolean contains(LocalDate day) {
    return all || days.contains(day);
  }

  /** Days that either speaks of. */
  CoveredDays plus(CoveredDays other) {
    Set<LocalDate> both = new HashSet<>(days);
    both.addAll(other.days);
    return new CoveredDays(all || other.all, both);
  }
}
