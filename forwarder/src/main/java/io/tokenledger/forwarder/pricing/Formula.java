package io.tokenledger.forwarder.pricing;

import static io.tokenledger.forwarder.pricing.Charge.Part.CACHE_READ;
import static io.tokenledger.forwarder.pricing.Charge.Part.CACHE_WRITE;
import static io.tokenledger.forwarder.pricing.Charge.Part.INPUT;
import static io.tokenledger.forwarder.pricing.Charge.Part.OUTPUT;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Charges the tokens of a row or an iteration by a sheet: each class at its rate, the context band
 * chosen by the whole input. One use per sheet and counts.
 */
final class Formula {
  private final PriceSheet sheet;
  private final Bands.Slice whole;
  private final List<Charge> lines = new ArrayList<>();
  private boolean rateMissing;

  private Formula(PriceSheet sheet, TokenCounts counts) {
    this.sheet = sheet;
    this.whole = sheet.bands().whole(sheet.rates(), counts.input());
  }

  /**
   * @param notes receives what had to be assumed
   */
  static Charges charge(TokenCounts counts, PriceSheet sheet, Set<PriceNote> notes) {
    return new Formula(sheet, counts).charge(counts, notes);
  }

  private Charges charge(TokenCounts counts, Set<PriceNote> notes) {
    if (!sheet.rates().sellTokens()) {
      return new Charges(List.of(), Set.of(), null, null); // sold by another unit
    }
    TokenClasses classes = TokenClasses.split(counts, whole.rates().has(Unit.REASONING));
    if (classes == null) {
      return Charges.none(UnpricedReason.INCONSISTENT_COUNTS);
    }
    add(INPUT, Unit.INPUT, classes.freshText());
    add(INPUT, Unit.AUDIO_INPUT, classes.freshAudio());
    add(INPUT, Unit.IMAGE_INPUT, classes.freshImage());
    add(CACHE_READ, Unit.CACHE_READ, classes.textRead());
    add(CACHE_READ, orElse(Unit.AUDIO_CACHE_READ, Unit.CACHE_READ), classes.audioRead());
    add(CACHE_READ, orElse(Unit.IMAGE_CACHE_READ, Unit.CACHE_READ), classes.imageRead());
    add(CACHE_WRITE, orElse(Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE), classes.write5m());
    add(CACHE_WRITE, orElse(Unit.CACHE_WRITE_1H, Unit.CACHE_WRITE), classes.write1h());
    Unit unsaid = orElse(Unit.CACHE_WRITE, Unit.CACHE_WRITE_5M);
    add(CACHE_WRITE, unsaid, classes.writeUnknownLifetime());
    add(OUTPUT, Unit.OUTPUT, classes.textOutput());
    add(OUTPUT, Unit.REASONING, classes.reasoning());
    add(OUTPUT, Unit.AUDIO_OUTPUT, classes.audioOutput());
    add(OUTPUT, Unit.IMAGE_OUTPUT, classes.imageOutput());
    if (rateMissing) {
      return Charges.none(UnpricedReason.NO_RATE);
    }
    if (classes.writeUnknownLifetime() > 0 && unsaid == Unit.CACHE_WRITE_5M) {
      notes.add(PriceNote.TTL_ASSUMED);
    }
    if (classes.overlapAssumed()) {
      notes.add(PriceNote.OVERLAP_ASSUMED);
    }
    Set<Charge.Part> known = known(counts, classes);
    return new Charges(lines, known, savings(known, classes), null);
  }

  private static Set<Charge.Part> known(TokenCounts counts, TokenClasses classes) {
    Set<Charge.Part> known = EnumSet.noneOf(Charge.Part.class);
    if (counts.input() != null) {
      known.add(INPUT);
    }
    if (counts.output() != null) {
      known.add(OUTPUT);
    }
    if (counts.cacheRead() != null) {
      known.add(CACHE_READ);
    }
    if (counts.cacheWrite() != null || classes.write() > 0) {
      known.add(CACHE_WRITE);
    }
    return known;
  }

  /** A line per rate of a class; a class of zero tokens needs no rate. */
  private void add(Charge.Part part, Unit unit, long tokens) {
    if (tokens == 0) {
      return;
    }
    for (Bands.Slice slice : sheet.bands().cut(whole, tokens)) {
      Rate rate = slice.rates().get(unit);
      if (rate == null) {
        rateMissing = true;
        return;
      }
      lines.add(Charge.of(part, unit.text(), slice.quantity(), rate, slice.aboveTokens()));
    }
  }

  private Unit orElse(Unit first, Unit second) {
    return whole.rates().has(first) ? first : second;
  }

  private BigDecimal savings(Set<Charge.Part> known, TokenClasses classes) {
    BigDecimal cached =
        Money.add(Charges.sum(lines, known, CACHE_READ), Charges.sum(lines, known, CACHE_WRITE));
    Rate fresh = whole.rates().get(Unit.INPUT);
    if (cached == null || (fresh == null && classes.read() + classes.write() > 0)) {
      return null;
    }
    BigDecimal asFresh =
        fresh == null
            ? BigDecimal.ZERO
            : fresh.cost(BigDecimal.valueOf(classes.read() + classes.write()));
    return asFresh.subtract(cached);
  }
}
