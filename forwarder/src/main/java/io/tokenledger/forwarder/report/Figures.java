package io.tokenledger.forwarder.report;

import java.math.BigDecimal;

/**
 * Sums over charges that are billed here and no repeats. A sum is null when not one of its values
 * is known.
 *
 * @param inputTokens all input, cache included
 * @param cacheReadTokens part of the input
 * @param cacheWriteTokens part of the input
 * @param costUsd exact
 * @param unpriced charges whose usage is known and whose cost is not
 * @param unreported charges whose usage nobody reported
 * @param lowerBounds charges that cost this or more
 * @param assumed charges whose price rests on an assumption
 */
public record Figures(
    long calls,
    BigDecimal inputTokens,
    BigDecimal cacheReadTokens,
    BigDecimal cacheWriteTokens,
    BigDecimal outputTokens,
    BigDecimal costUsd,
    long unpriced,
    long unreported,
    long lowerBounds,
    long assumed) {

  /** Whether the provider may have counted more than these tokens. */
  public boolean tokensAreLowerBound() {
    return unreported + lowerBounds > 0;
  }

  /** Whether the provider may charge more than this cost. */
  public boolean costIsLowerBound() {
    return unpriced + unreported + lowerBounds > 0;
  }
}
