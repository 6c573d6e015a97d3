package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.Set;

/**
 * What the tokens of a row or an iteration cost by one sheet. Either a reason, and then no amounts,
 * or amounts; an amount is null where its count was not reported.
 */
record TokenCost(
    BigDecimal input,
    BigDecimal output,
    BigDecimal cacheRead,
    BigDecimal cacheWrite,
    BigDecimal cacheSavings,
    UnpricedReason reason) {

  /**
   * @param notes receives what had to be assumed
   */
  static TokenCost of(TokenCounts counts, PriceSheet sheet, Set<PriceNote> notes) {
    TokenClasses classes = TokenClasses.split(counts);
    if (classes == null) {
      return unpriced(UnpricedReason.INCONSISTENT_COUNTS);
    }
    Rates rates = sheet.ratesFor(counts.input());
    BigDecimal input =
        sum(
            rates.cost(Unit.INPUT, classes.freshText()),
            rates.cost(Unit.AUDIO_INPUT, classes.freshAudio()),
            rates.cost(Unit.IMAGE_INPUT, classes.freshImage()));
    BigDecimal output =
        sum(
            rates.cost(Unit.OUTPUT, classes.textOutput()),
            rates.cost(Unit.AUDIO_OUTPUT, classes.audioOutput()),
            rates.cost(Unit.IMAGE_OUTPUT, classes.imageOutput()));
    BigDecimal read = rates.cost(Unit.CACHE_READ, classes.cacheRead());
    BigDecimal write = writes(classes, rates, notes);
    if (input == null || output == null || read == null || write == null) {
      return unpriced(UnpricedReason.NO_RATE);
    }
    if (classes.overlapAssumed()) {
      notes.add(PriceNote.OVERLAP_ASSUMED);
    }
    boolean readKnown = counts.cacheRead() != null;
    boolean writeKnown = counts.cacheWrite() != null || classes.cacheWrite() > 0;
    return new TokenCost(
        counts.input() == null ? null : input,
        counts.output() == null ? null : output,
        readKnown ? read : null,
        writeKnown ? write : null,
        readKnown || writeKnown ? savings(classes, rates, read, write) : null,
        null);
  }

  static TokenCost unpriced(UnpricedReason reason) {
    return new TokenCost(null, null, null, null, null, reason);
  }

  /** Sum of two costs, part by part; a part is null only where it is null in both. */
  TokenCost plus(TokenCost other) {
    return new TokenCost(
        Money.add(input, other.input),
        Money.add(output, other.output),
        Money.add(cacheRead, other.cacheRead),
        Money.add(cacheWrite, other.cacheWrite),
        Money.add(cacheSavings, other.cacheSavings),
        null);
  }

  BigDecimal total() {
    return Money.add(Money.add(input, output), Money.add(cacheRead, cacheWrite));
  }

  private static BigDecimal writes(TokenClasses classes, Rates rates, Set<PriceNote> notes) {
    boolean oneRate = rates.has(Unit.CACHE_WRITE);
    if (classes.writeUnknownLifetime() > 0 && !oneRate) {
      notes.add(PriceNote.TTL_ASSUMED);
    }
    return sum(
        rates.cost(
            rates.has(Unit.CACHE_WRITE_5M) ? Unit.CACHE_WRITE_5M : Unit.CACHE_WRITE,
            classes.write5m()),
        rates.cost(
            rates.has(Unit.CACHE_WRITE_1H) ? Unit.CACHE_WRITE_1H : Unit.CACHE_WRITE,
            classes.write1h()),
        rates.cost(
            oneRate ? Unit.CACHE_WRITE : Unit.CACHE_WRITE_5M, classes.writeUnknownLifetime()));
  }

  /** What the cached input would have cost as fresh text, minus what it did cost. */
  private static BigDecimal savings(
      TokenClasses classes, Rates rates, BigDecimal read, BigDecimal write) {
    BigDecimal asFresh = rates.cost(Unit.INPUT, classes.cacheRead() + classes.cacheWrite());
    return asFresh == null ? null : asFresh.subtract(read).subtract(write);
  }

  private static BigDecimal sum(BigDecimal... parts) {
    BigDecimal sum = BigDecimal.ZERO;
    for (BigDecimal part : parts) {
      if (part == null) {
        return null;
      }
      sum = sum.add(part);
    }
    return sum;
  }
}
