package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * One account's month: {@code invoice = known + assumed + unreported + gaps + neverSeen +
 * difference}, exactly.
 *
 * @param account the provider's name of it; null where neither side names one
 * @param unreported residual of days with rows whose usage or price is not known
 * @param gaps residual of other days on which records are known to be missing
 * @param neverSeen residual of other days: calls that no agent saw
 * @param difference residual of days whose tokens agree, or where ours is more: price or rounding
 * @param seen whether any agent saw the account
 * @param billTokens by class, where the provider's files have them
 * @param ledgerTokens by class
 * @param keys API keys of the account, where the provider's files name them
 */
public record Waterfall(
    String account,
    BigDecimal invoice,
    BigDecimal known,
    BigDecimal assumed,
    BigDecimal unreported,
    BigDecimal gaps,
    BigDecimal neverSeen,
    BigDecimal difference,
    boolean seen,
    Map<String, BigDecimal> billTokens,
    Map<String, BigDecimal> ledgerTokens,
    List<BilledKey> keys) {}
