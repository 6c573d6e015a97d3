package io.tokenledger.forwarder.pricing;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What files would change in a catalogue: each of their sheets beside the one that holds for the
 * same model, region and tier when the new one begins.
 *
 * @param added sheets of what had no price
 * @param same sheets with the rates that hold already
 */
public record PriceDiff(List<PriceSheet> added, List<Move> moves, int same) {
  private static final int SHOWN = 40;

  /**
   * A rate that changes.
   *
   * @param before null where there was none
   * @param after null where there is none any more
   */
  public record Move(PriceSheet sheet, String rate, BigDecimal before, BigDecimal after) {
    /** New over old, minus 1; null where one is missing or the old one is 0. */
    public BigDecimal relative() {
      return before == null || after == null || before.signum() == 0
          ? null
          : after.divide(before, MathContext.DECIMAL64).subtract(BigDecimal.ONE);
    }

    /** Whether the rate moves by more than that, up or down, or from or to zero. */
    boolean exceeds(BigDecimal threshold) {
      if (before == null || after == null) {
        return false;
      }
      boolean zero = before.signum() == 0 || after.signum() == 0;
      return zero ? before.compareTo(after) != 0 : relative().abs().compareTo(threshold) > 0;
    }
  }

  public static PriceDiff of(Catalogue before, List<PriceFile> files) {
    List<PriceSheet> added = new ArrayList<>();
    List<Move> moves = new ArrayList<>();
    int same = 0;
    for (PriceFile file : before.completed(files)) {
      for (PriceSheet sheet : file.sheets()) {
        PriceSheet now = current(before, sheet);
        if (now == null) {
          added.add(sheet);
          continue;
        }
        List<Move> changed = moves(now, sheet);
        same += changed.isEmpty() ? 1 : 0;
        moves.addAll(changed);
      }
    }
    return new PriceDiff(added, moves, same);
  }

  /** Moves that a threshold holds back: 0.5 is half as much again, or half off. */
  public List<Move> movesBeyond(BigDecimal threshold) {
    return moves.stream().filter(move -> move.exceeds(threshold)).toList();
  }

  public void print(PrintWriter out) {
    moves.stream().limit(SHOWN).forEach(move -> out.println("  changed  " + text(move)));
    if (moves.size() > SHOWN) {
      out.println("  ... and " + (moves.size() - SHOWN) + " more changed rates");
    }
    added.stream().limit(SHOWN).forEach(sheet -> out.println("  new      " + sheet.id()));
    if (added.size() > SHOWN) {
      out.println("  ... and " + (added.size() - SHOWN) + " more new sheets");
    }
    out.println(
        added.size()
            + " new sheets, "
            + moves.size()
            + " changed rates, "
            + same
            + " sheets same.");
  }

  /** One move, for a reader. */
  public static String text(Move move) {
    BigDecimal relative = move.relative();
    String percent =
        relative == null
            ? ""
            : String.format(
                java.util.Locale.ROOT, " (%+.1f %%)", relative.movePointRight(2).doubleValue());
    return move.sheet().key()
        + " "
        + move.rate()
        + ": "
        + plain(move.before())
        + " -> "
        + plain(move.after())
        + percent;
  }

  private static String plain(BigDecimal rate) {
    return rate == null ? "none" : Rate.plain(rate);
  }

  private static PriceSheet current(Catalogue catalogue, PriceSheet sheet) {
    PriceSheet.Key key = sheet.key();
    Instant at = sheet.validFrom() == null ? Instant.EPOCH : sheet.validFrom();
    PriceSheet latest = null;
    for (PriceSheet other : catalogue.sheetsOf(key)) {
      boolean later = latest == null || other.start().isAfter(latest.start());
      if (other.isValidAt(at) && later) {
        latest = other;
      }
    }
    return latest;
  }

  private static List<Move> moves(PriceSheet now, PriceSheet sheet) {
    Map<String, BigDecimal> before = rates(now);
    Map<String, BigDecimal> after = rates(sheet);
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<Move> moves = new ArrayList<>();
    for (String name : names) {
      BigDecimal old = before.get(name);
      BigDecimal young = after.get(name);
      if (old == null || young == null || old.compareTo(young) != 0) {
        moves.add(new Move(sheet, name, old, young));
      }
    }
    return moves;
  }

  private static Map<String, BigDecimal> rates(PriceSheet sheet) {
    Map<String, BigDecimal> rates = new LinkedHashMap<>();
    sheet.rates().byUnit().forEach((unit, rate) -> rates.put(unit.text(), rate.amount()));
    for (Bands.Band band : sheet.bands().bands()) {
      band.rates()
          .byUnit()
          .forEach(
              (unit, rate) ->
                  rates.put(unit.text() + " above " + band.aboveTokens(), rate.amount()));
    }
    sheet.tools().forEach((tool, rate) -> rates.put(tool, rate.amount()));
    return rates;
  }
}
