package io.tokenledger.forwarder.reconcile;

import java.util.ArrayList;
import java.util.List;

/** What a provider published, from one or more files. Immutable. */
public final class Bill {
  private final List<BillLine> lines;

  Bill(List<BillLine> lines) {
    this.lines = List.copyOf(lines);
  }

  /** Both together. */
  public Bill plus(Bill other) {
    List<BillLine> all = new ArrayList<>(lines);
    all.addAll(other.lines);
    return new Bill(all);
  }

  /** Nothing yet. */
  public static Bill empty() {
    return new Bill(List.of());
  }

  List<BillLine> lines() {
    return lines;
  }
}
