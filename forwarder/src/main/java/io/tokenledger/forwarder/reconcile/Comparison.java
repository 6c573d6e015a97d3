package io.tokenledger.forwarder.reconcile;

import java.time.LocalDate;
import java.util.List;

/**
 * A bill beside the ledger. Immutable.
 *
 * @param leftOut settled days that the bill does not speak of; neither side of them is compared
 * @param waterfalls one per account, in order of the accounts' names
 */
public record Comparison(
    Reconciliation.Terms terms, List<LocalDate> leftOut, List<Waterfall> waterfalls) {
  public Comparison {
    leftOut = List.copyOf(leftOut);
    waterfalls = List.copyOf(waterfalls);
  }
}
