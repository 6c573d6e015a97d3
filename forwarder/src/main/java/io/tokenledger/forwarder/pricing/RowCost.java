package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/**
 * The money columns of one row, in USD, exact (never rounded). Null is "not known", never zero.
 *
 * @param costUsd contracted cost, else list cost
 * @param listCostUsd cost at list prices
 * @param inputCostUsd part of the list cost: input that was neither read from nor written to a
 *     cache
 * @param outputCostUsd part of the list cost: everything generated
 * @param cacheReadCostUsd part of the list cost: input read from a cache
 * @param cacheWriteCostUsd part of the list cost: input written to a cache
 * @param toolCostUsd part of the list cost: server tools billed per call
 * @param cacheSavingsUsd what the cache reads would have cost more as fresh input, minus what the
 *     cache writes cost above it; negative when the cache did not pay off
 * @param source {@code catalogue} or {@code reported}; null when unpriced
 * @param priceId the sheet of the row's own model; iterations of other models name theirs in {@code
 *     pricedIterations}; null when unpriced
 * @param notes what was assumed, sorted, each once; empty when nothing was
 * @param unpricedReason why the costs are null; null when the row is priced
 * @param pricedIterations the {@code iterations} of the row with {@code cost_usd} and {@code
 *     price_id} or {@code unpriced_reason} added to each, as JSON; null when the row has none
 */
public record RowCost(
    BigDecimal costUsd,
    BigDecimal listCostUsd,
    BigDecimal inputCostUsd,
    BigDecimal outputCostUsd,
    BigDecimal cacheReadCostUsd,
    BigDecimal cacheWriteCostUsd,
    BigDecimal toolCostUsd,
    BigDecimal cacheSavingsUsd,
    String source,
    String priceId,
    List<String> notes,
    String unpricedReason,
    String pricedIterations) {

  public RowCost {
    notes = List.copyOf(notes);
  }

  /** A row whose cost is not known. */
  public static RowCost unpriced(UnpricedReason reason, List<String> notes) {
    return new RowCost(
        null, null, null, null, null, null, null, null, null, null, notes, reason.text(), null);
  }

  /** Whether the row has usage and only a price is missing. */
  public boolean lacksPrice() {
    return unpricedReason != null
        && UnpricedReason.valueOf(unpricedReason.toUpperCase(Locale.ROOT)).lacksPrice();
  }

  /** Whether it costs nothing for no reason that is known. */
  public boolean isZeroCost() {
    return costUsd != null && costUsd.signum() == 0 && notes.contains(PriceNote.ZERO_COST.text());
  }

  RowCost withIterations(String iterations) {
    return new RowCost(
        costUsd,
        listCostUsd,
        inputCostUsd,
        outputCostUsd,
        cacheReadCostUsd,
        cacheWriteCostUsd,
        toolCostUsd,
        cacheSavingsUsd,
        source,
        priceId,
        notes,
        unpricedReason,
        iterations);
  }
}
