package io.tokenledger.forwarder.reconcile;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What a provider published, from one or more files. Immutable. */
public final class Bill {
  private static final Bill EMPTY =
      new Bill(List.of(), false, CoveredDays.NONE, false, CoveredDays.NONE, false);

  private final List<BillLine> lines;
  private final boolean counts;
  private final CoveredDays counted;
  private final boolean prices;
  private final CoveredDays priced;
  private final boolean hasMore;

  private Bill(
      List<BillLine> lines,
      boolean counts,
      CoveredDays counted,
      boolean prices,
      CoveredDays priced,
      boolean hasMore) {
    this.lines = List.copyOf(lines);
    this.counts = counts;
    this.counted = counted;
    this.prices = prices;
    this.priced = priced;
    this.hasMore = hasMore;
  }

  /** Nothing yet. */
  public static Bill empty() {
    return EMPTY;
  }

  /**
   * A report of usage.
   *
   * @param hasMore whether a page follows it
   */
  static Bill counting(List<BillLine> lines, CoveredDays counted, boolean hasMore) {
    return new Bill(lines, true, counted, false, CoveredDays.NONE, hasMore);
  }

  /** A report of costs. */
  static Bill pricing(List<BillLine> lines, CoveredDays priced, boolean hasMore) {
    return new Bill(lines, false, CoveredDays.NONE, true, priced, hasMore);
  }

  /** Both in one file, which lists what there was, and says nothing of days without. */
  static Bill listing(List<BillLine> lines) {
    boolean counts = lines.stream().anyMatch(BillLine::counts);
    boolean prices = lines.stream().anyMatch(line -> line.amountUsd() != null);
    return new Bill(lines, counts, CoveredDays.ALL, prices, CoveredDays.ALL, false);
  }

  /** Both together. */
  public Bill plus(Bill other) {
    List<BillLine> all = new ArrayList<>(lines);
    all.addAll(other.lines);
    return new Bill(
        all,
        counts || other.counts,
        counted.plus(other.counted),
        prices || other.prices,
        priced.plus(other.priced),
        hasMore || other.hasMore);
  }

  /** Whether pages follow that are not part of it, as far as a page alone can tell. */
  public boolean hasMore() {
    return hasMore;
  }

  /** The same, being all that there is of the time that was asked for. */
  Bill complete() {
    return new Bill(lines, counts, CoveredDays.ALL, prices, CoveredDays.ALL, false);
  }

  List<BillLine> lines() {
    return lines;
  }

  /** Whether it says what usage cost. */
  boolean prices() {
    return prices;
  }

  /** Whether it says everything of a day that it says of days at all. */
  boolean covers(LocalDate day) {
    return (!counts || counted.contains(day)) && (!prices || priced.contains(day));
  }
}
