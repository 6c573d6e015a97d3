package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * One account's month: {@code invoice = known + assumed + unreported + gaps + neverSeen +
 * difference}, exactly. A bill of usage alone names no money: invoice and all terms that follow
 * from it are null then.
 *
 * @param account the provider's name of it; null where neither side names one
 * @param unreported residual of days with rows whose usage or price is not known
 * @param gaps residual of other days on which records are known to be missing
 * @param neverSeen residual of other days: calls that no agent saw
 * @param difference residual of days whose tokens agree, or where ours is more: price or rounding
 * @param seen whether any agent saw the account
 * @param unknownRows the ledger's rows whose usage or price is not known
 * @param billTokens by class, where the provider's files have them; null where they leave it open
 * @param ledgerTokens by class, of rows whose usage is known
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
    long unknownRows,
    Map<String, BigDecimal> billTokens,
    Map<String, BigDecimal> ledgerTokens,
    List<BilledKey> keys) {
  Waterfall withoutInvoice() {
    return new Waterfall(
        account,
        null,
        known,
        assumed,
        null,
        null,
        null,
        null,
        seen,
        unknownRows,
        billTokens,
        ledgerTokens,
        keys);
  }
}
