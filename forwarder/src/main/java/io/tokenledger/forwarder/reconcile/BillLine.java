package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * One line of what a provider publishes about a day.
 *
 * @param day UTC, as the provider's buckets are
 * @param account the provider's project, workspace or account; null where the line names none
 * @param key the provider's id of the API key; null where the line names none
 * @param kind what the quantity counts
 * @param quantity null for a line of money only, and where the provider leaves it open
 * @param amountUsd null for a line of usage only
 */
record BillLine(
    LocalDate day,
    String account,
    String key,
    Kind kind,
    BigDecimal quantity,
    BigDecimal amountUsd) {
  /** Classes of tokens that every provider's report can be brought to. */
  enum Kind {
    FRESH_INPUT,
    CACHE_READ,
    CACHE_WRITE,
    OUTPUT,
    OTHER
  }

  /** Whether it counts tokens, if only to say that nobody knows how many. */
  boolean counts() {
    return kind != Kind.OTHER;
  }

  static BillLine usage(LocalDate day, String account, String key, Kind kind, BigDecimal quantity) {
    return new BillLine(day, account, key, kind, quantity, null);
  }

  static BillLine money(LocalDate day, String account, BigDecimal amountUsd) {
    return new BillLine(day, account, null, Kind.OTHER, null, amountUsd);
  }
}
