package io.tokenledger.forwarder.report;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** A report as CSV (RFC 4180): exact decimals, an empty field for what is not known. */
public final class ReportCsv {
  private static final List<String> COLUMNS =
      List.of(
          "section",
          "name",
          "calls",
          "input_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "output_tokens",
          "tokens_are_lower_bound",
          "cost_usd",
          "cost_is_lower_bound",
          "unpriced",
          "unreported",
          "lower_bounds",
          "assumed");

  private ReportCsv() {}

  /** One line per group; then one per remark, with its kind as the section. */
  public static void print(Report report, PrintWriter out) {
    out.println(String.join(",", COLUMNS));
    for (Group group : report.groups()) {
      Figures figures = group.figures();
      line(
          out,
          group.dimension().text(),
          group.name(),
          figures.calls(),
          figures.inputTokens(),
          figures.cacheReadTokens(),
          figures.cacheWriteTokens(),
          figures.outputTokens(),
          figures.tokensAreLowerBound(),
          figures.costUsd(),
          figures.costIsLowerBound(),
          figures.unpriced(),
          figures.unreported(),
          figures.lowerBounds(),
          figures.assumed());
    }
    for (Remark remark : report.remarks()) {
      line(
          out,
          remark.kind().text(),
          remark.detail(),
          remark.count(),
          null,
          null,
          null,
          null,
          null,
          remark.costUsd(),
          null,
          null,
          null,
          null,
          null);
    }
  }

  private static void line(PrintWriter out, Object... values) {
    List<String> fields = new ArrayList<>();
    for (Object value : values) {
      fields.add(field(value));
    }
    out.println(String.join(",", fields));
  }

  private static String field(Object value) {
    if (value == null) {
      return "";
    }
    String text =
        value instanceof BigDecimal decimal
            ? ReportJson.plain(decimal).toPlainString()
            : value.toString();
    boolean quoted =
        text.indexOf(',') >= 0
            || text.indexOf('"') >= 0
            || text.indexOf('\n') >= 0
            || text.indexOf('\r') >= 0;
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
