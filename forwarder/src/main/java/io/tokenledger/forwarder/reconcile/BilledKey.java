package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/**
 * An API key on the bill.
 *
 * @param key the provider's id of it
 * @param fingerprint the ledger's name of it; null where it has none, or which it is is not known
 * @param tokens on the bill, by class
 */
public record BilledKey(
    String key, String fingerprint, Status status, Map<String, BigDecimal> tokens) {
  /** Whether an agent saw calls with it. */
  public enum Status {
    SEEN,
    NEVER_SEEN,
    /** It may be one of the ledger's, but nothing tells which. */
    UNMATCHED;

    /** As in JSON. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
