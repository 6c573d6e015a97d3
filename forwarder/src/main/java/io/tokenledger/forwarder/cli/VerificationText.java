package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.store.rollup.Difference;
import io.tokenledger.forwarder.store.rollup.Verification;
import java.util.Locale;

/** Differences between rollups and rows for a terminal. */
final class VerificationText {
  private VerificationText() {}

  /** A line that says which row, and lines that say what of it. */
  static String of(Difference difference) {
    StringBuilder text = new StringBuilder(difference.table());
    text.append(' ').append(difference.time());
    difference
        .dimensions()
        .forEach(
            (name, value) -> {
              if (value != null) {
                text.append(' ').append(name).append("='").append(value).append('\'');
              }
            });
    text.append(
        switch (difference.kind()) {
          case MISSING -> ": the rows are there, their sum is not";
          case SURPLUS -> ": a sum of rows that are not there";
          case UNEQUAL -> ": the sum is not that of the rows";
        });
    for (Difference.Column column : difference.columns()) {
      text.append(System.lineSeparator()).append("  ").append(column.name()).append(": ");
      text.append(said(column.stored())).append(" stored, ");
      text.append(said(column.recomputed())).append(" recomputed");
    }
    return text.toString();
  }

  static String of(Verification.Result result) {
    if (result.to().isBefore(result.from())) {
      return "There is nothing to verify: no rows are kept of that time.";
    }
    String what =
        String.format(
            Locale.ROOT,
            "%,d calls from %s to %s (UTC)",
            result.calls(),
            result.from(),
            result.to());
    return result.differences() == 0
        ? "The rollups equal the rows: " + what + "."
        : String.format(
            Locale.ROOT,
            "%,d %s of the rollups %s not the sum of their rows: %s. See docs/operations.md, \"verify finds differences\".",
            result.differences(),
            result.differences() == 1 ? "row" : "rows",
            result.differences() == 1 ? "is" : "are",
            what);
  }

  private static String said(String value) {
    return value == null ? "nothing" : value;
  }
}
