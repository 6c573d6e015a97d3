package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the ledger says of one day, by what the calls said of who pays.
 *
 * @param project the provider's project or workspace; null where the calls named none
 * @param organization the provider's organisation or account; null where the calls named none
 * @param fingerprint of the API key; null where none is stored
 * @param known cost of rows that rest on no assumption
 * @param assumed cost of rows that do, or that are lower bounds
 * @param unreported rows whose usage or price is not known
 */
record LedgerDay(
    LocalDate day,
    String project,
    String organization,
    String fingerprint,
    Map<BillLine.Kind, BigDecimal> tokens,
    BigDecimal known,
    BigDecimal assumed,
    long unreported) {
  LedgerDay {
    tokens = new EnumMap<>(tokens);
  }
}
