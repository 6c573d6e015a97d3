package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Columns {@code day, account, class, tokens, amount_usd}, and {@code key} where there is one. A
 * line has a class with its tokens, an amount, or both; account and key may be empty.
 */
final class PlainBill {
  private PlainBill() {}

  static Bill read(String content) {
    List<BillLine> lines = new ArrayList<>();
    for (Csv.Row row : Csv.read(content)) {
      String kind = row.get("class");
      BigDecimal tokens = row.decimal("tokens");
      BigDecimal amount = row.decimal("amount_usd");
      if (kind.isEmpty() != (tokens == null)) {
        throw row.complaint("'class' and 'tokens' stand together or not at all");
      }
      if (tokens == null && amount == null) {
        throw row.complaint("neither tokens nor an amount");
      }
      if (tokens != null && (tokens.signum() < 0 || tokens.stripTrailingZeros().scale() > 0)) {
        throw row.complaint("'tokens' is " + tokens + ", not a whole number from 0 on");
      }
      lines.add(
          new BillLine(
              LocalDate.parse(row.get("day")),
              emptyToNull(row.get("account")),
              emptyToNull(row.getOr("key", "")),
              kind(row, kind),
              tokens,
              amount));
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("no line");
    }
    return Bill.listing(lines);
  }

  private static BillLine.Kind kind(Csv.Row row, String text) {
    if (text.isEmpty()) {
      return BillLine.Kind.OTHER;
    }
    return Arrays.stream(BillLine.Kind.values())
        .filter(kind -> kind != BillLine.Kind.OTHER)
        .filter(kind -> kind.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> row.complaint("no class '" + text + "'"));
  }

  private static String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
