package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Columns {@code day, account, class, tokens, amount_usd}, and {@code key} where there is one; a
 * field may be empty.
 */
final class PlainBill {
  private PlainBill() {}

  static List<BillLine> read(String content) {
    List<BillLine> lines = new ArrayList<>();
    for (Csv.Row row : Csv.read(content)) {
      String kind = row.get("class");
      lines.add(
          new BillLine(
              LocalDate.parse(row.get("day")),
              emptyToNull(row.get("account")),
              emptyToNull(row.getOr("key", "")),
              kind.isEmpty()
                  ? BillLine.Kind.OTHER
                  : BillLine.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
              decimal(row.get("tokens")),
              decimal(row.get("amount_usd"))));
    }
    return lines;
  }

  private static String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static BigDecimal decimal(String text) {
    return text.isEmpty() ? null : new BigDecimal(text);
  }
}
