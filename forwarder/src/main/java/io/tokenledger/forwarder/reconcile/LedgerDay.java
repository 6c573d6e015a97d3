package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the ledger says of one account's day.
 *
 * @param known cost of rows that rest on no assumption
 * @param assumed cost of rows that do, or that are lower bounds
 * @param unreported rows whose usage or price is not known
 */
record LedgerDay(
    LocalDate day,
    String account,
    Map<BillLine.Kind, BigDecimal> tokens,
    BigDecimal known,
    BigDecimal assumed,
    long unreported) {
  LedgerDay {
    tokens = new EnumMap<>(tokens);
  }
}
