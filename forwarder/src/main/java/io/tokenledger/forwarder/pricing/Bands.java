package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rates of requests with a long input, the shortest bound first.
 *
 * @param graduated false: once the input, cache included, is above a bound the whole request costs
 *     the band's rates. true: each class of tokens costs the normal rate up to the bound and the
 *     band's rate for what is above it
 */
public record Bands(boolean graduated, List<Band> bands) {
  static final Bands NONE = new Bands(false, List.of());

  /**
   * One band.
   *
   * @param aboveTokens the most tokens that still cost the rates before
   */
  public record Band(long aboveTokens, Rates rates) {}

  /** A part of a count, and the rates it is charged at. */
  record Slice(Rates rates, BigDecimal quantity, long aboveTokens) {}

  public Bands {
    bands = List.copyOf(bands);
  }

  Bands completed(Map<Unit, BigDecimal> shares) {
    return new Bands(
        graduated,
        bands.stream()
            .map(band -> new Band(band.aboveTokens(), band.rates().completed(shares)))
            .toList());
  }

  Bands times(BigDecimal factor) {
    return new Bands(
        graduated,
        bands.stream()
            .map(band -> new Band(band.aboveTokens(), band.rates().times(factor)))
            .toList());
  }

  /** The rates of the whole request; null input (unknown) takes the normal ones. */
  Slice whole(Rates normal, Long inputTokens) {
    Slice found = new Slice(normal, null, 0);
    if (!graduated && inputTokens != null) {
      for (Band band : bands) {
        if (inputTokens > band.aboveTokens()) {
          found = new Slice(band.rates(), null, band.aboveTokens());
        }
      }
    }
    return found;
  }

  /** A class of tokens cut at the bounds; one slice where bands are not graduated. */
  List<Slice> cut(Slice whole, long tokens) {
    if (!graduated || bands.isEmpty()) {
      return List.of(new Slice(whole.rates(), BigDecimal.valueOf(tokens), whole.aboveTokens()));
    }
    List<Slice> slices = new ArrayList<>();
    Rates rates = whole.rates();
    long from = 0;
    for (Band band : bands) {
      addSlice(slices, rates, from, Math.min(tokens, band.aboveTokens()));
      rates = band.rates();
      from = band.aboveTokens();
    }
    addSlice(slices, rates, from, tokens);
    return slices;
  }

  private static void addSlice(List<Slice> slices, Rates rates, long from, long to) {
    if (to > from) {
      slices.add(new Slice(rates, BigDecimal.valueOf(to - from), from));
    }
  }
}
