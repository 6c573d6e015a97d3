package io.tokenledger.forwarder.pricing;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Remembers which sheet a call led to. A service makes the same few kinds of calls again and again,
 * and to look one up takes several times as long as to charge it. Thread-safe.
 */
final class Resolutions {
  /** Names come from requests, so there may be any number of them. */
  private static final int MOST = 10_000;

  private record Resolution(Catalogue.Found found, Set<PriceNote> notes) {}

  private final BiFunction<Query, Set<PriceNote>, Catalogue.Found> lookUp;
  private final NavigableSet<Instant> boundaries = new TreeSet<>();
  private final Map<Query, Resolution> known = new ConcurrentHashMap<>();

  Resolutions(Catalogue catalogue, BiFunction<Query, Set<PriceNote>, Catalogue.Found> lookUp) {
    this.lookUp = lookUp;
    this.boundaries.add(Instant.MIN);
    for (PriceSheet sheet : catalogue.sheets()) {
      if (sheet.validFrom() != null) {
        boundaries.add(sheet.validFrom());
      }
      if (sheet.validTo() != null) {
        boundaries.add(sheet.validTo());
      }
    }
  }

  /**
   * The sheet, or why there is none.
   *
   * @param notes receives the rule that applied and what had to be assumed
   */
  Catalogue.Found find(Query query, Set<PriceNote> notes) {
    // Between two boundaries of periods no price changes: the earlier one stands for all times.
    Query atBoundary = query.at(boundaries.floor(query.time()));
    Resolution resolution = known.get(atBoundary);
    if (resolution == null) {
      Set<PriceNote> own = EnumSet.noneOf(PriceNote.class);
      resolution = new Resolution(lookUp.apply(atBoundary, own), own);
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(atBoundary, resolution);
    }
    notes.addAll(resolution.notes());
    return resolution.found();
  }
}
