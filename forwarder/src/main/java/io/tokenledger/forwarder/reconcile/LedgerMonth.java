package io.tokenledger.forwarder.reconcile;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/**
 * A month of one provider, as the ledger has it. Immutable.
 *
 * @param gapDays days on which exchanges are known to be missing, of whichever provider
 */
public record LedgerMonth(List<LedgerDay> days, Set<LocalDate> gapDays) {
  public LedgerMonth {
    days = List.copyOf(days);
    gapDays = Set.copyOf(gapDays);
  }
}
