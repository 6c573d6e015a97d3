package io.tokenledger.forwarder.report;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A report as an aligned table. Rounds for display only: USD to six places, half to even. What is
 * not known shows as {@code -}, never as 0; a lower bound is marked {@code >=}.
 */
public final class ReportText {
  private static final int PLACES = 6;
  private static final BigDecimal SMALLEST = BigDecimal.ONE.movePointLeft(PLACES);
  private static final int WIDEST_NAME = 48;
  private static final List<String> HEADINGS =
      List.of("calls", "input tokens", "cache read", "cache write", "output tokens", "cost USD");

  private ReportText() {}

  /** Prints the total, the dimensions asked for, and all remarks. */
  public static void print(Report report, Set<Dimension> dimensions, PrintWriter out) {
    out.println("TokenLedger report, " + report.period() + " (UTC)");
    out.println(report.ledger());
    out.println();
    if (report.total().calls() == 0 && report.remarks().isEmpty()) {
      out.println("The ledger has no calls in this period.");
      return;
    }
    List<List<String>> table = new ArrayList<>();
    table.add(heading("", true));
    table.add(line("Total", report.total()));
    for (Dimension dimension : Dimension.values()) {
      boolean asked = dimension != Dimension.TOTAL && dimensions.contains(dimension);
      if (asked && !report.by(dimension).isEmpty()) {
        table.add(List.of());
        table.add(heading("By " + dimension.text(), false));
        for (Group group : report.by(dimension)) {
          table.add(line("  " + name(group), group.figures()));
        }
      }
    }
    align(table).forEach(out::println);
    out.println();
    remarks(report).forEach(out::println);
    out.println();
    out.println(
        "USD at list prices, before tax, credits and commitments. '>=' marks a lower bound,");
    out.println("'-' what is not known. Calls billed elsewhere and repeats are in no total.");
  }

  /** An amount for the eye: six places, or a bound where that would show zero. */
  static String money(BigDecimal usd) {
    if (usd.signum() > 0 && usd.compareTo(SMALLEST) < 0) {
      return "< " + SMALLEST.toPlainString();
    }
    return String.format(Locale.ROOT, "%,.6f", usd.setScale(PLACES, RoundingMode.HALF_EVEN));
  }

  private static List<String> heading(String name, boolean named) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    if (named) {
      cells.addAll(HEADINGS);
    }
    return cells;
  }

  private static List<String> line(String name, Figures figures) {
    boolean more = figures.tokensAreLowerBound();
    return List.of(
        name.length() > WIDEST_NAME ? name.substring(0, WIDEST_NAME - 3) + "..." : name,
        tokens(BigDecimal.valueOf(figures.calls()), false),
        tokens(figures.inputTokens(), more),
        tokens(figures.cacheReadTokens(), false),
        tokens(figures.cacheWriteTokens(), false),
        tokens(figures.outputTokens(), more),
        cost(figures));
  }

  private static String cost(Figures figures) {
    if (figures.costUsd() == null) {
      return figures.costIsLowerBound() ? "unknown" : "-";
    }
    String cost = money(figures.costUsd());
    return figures.costIsLowerBound() ? ">= " + cost : cost;
  }

  private static String tokens(BigDecimal count, boolean lowerBound) {
    if (count == null) {
      return "-";
    }
    return (lowerBound ? ">= " : "") + String.format(Locale.ROOT, "%,d", count.toBigInteger());
  }

  private static String name(Group group) {
    if (group.name() != null) {
      return group.name();
    }
    return switch (group.dimension()) {
      case TEAM, FEATURE -> "unattributed";
      default -> "unknown";
    };
  }

  private static List<String> remarks(Report report) {
    List<String> lines = new ArrayList<>();
    for (Remark.Kind kind : Remark.Kind.values()) {
      List<Remark> remarks = report.remarks(kind);
      if (remarks.isEmpty() && !alwaysShown(kind)) {
        continue;
      }
      long count = remarks.stream().mapToLong(Remark::count).sum();
      boolean overlapping = kind == Remark.Kind.ASSUMED;
      lines.add(
          String.format(
              Locale.ROOT,
              "%-17s %s",
              label(kind),
              remarks.isEmpty()
                  ? "none"
                  : (overlapping ? "" : number(count) + "  ") + meaning(kind)));
      for (Remark remark : remarks) {
        String cost = remark.costUsd() == null ? "" : "  (" + money(remark.costUsd()) + " USD)";
        lines.add("  " + number(remark.count()) + " " + remark.detail() + cost);
      }
    }
    return lines;
  }

  private static boolean alwaysShown(Remark.Kind kind) {
    return switch (kind) {
      case UNPRICED, UNREPORTED, ASSUMED, GAP -> true;
      default -> false;
    };
  }

  private static String label(Remark.Kind kind) {
    return switch (kind) {
      case UNPRICED -> "Unpriced";
      case UNREPORTED -> "Unreported";
      case COVERAGE -> "Coverage";
      case UNLISTED_HOST -> "Unlisted hosts";
      case LOWER_BOUND -> "Lower bounds";
      case ASSUMED -> "Assumed";
      case ZERO_COST -> "Zero cost";
      case FREE -> "Free";
      case NOT_BILLED -> "Errors";
      case BILLED_ELSEWHERE -> "Billed elsewhere";
      case REPEAT -> "Repeats";
      case SINCE_CLOSE -> "Since close";
      case ROWS_DROPPED -> "Rows dropped";
      case GAP -> "Gaps";
      case DEAD_LETTER -> "Dead letters";
    };
  }

  private static String meaning(Remark.Kind kind) {
    return switch (kind) {
      case UNPRICED -> "calls with usage and no price: not in the cost above";
      case UNREPORTED -> "calls without reported usage: tokens and cost unknown";
      case COVERAGE ->
          "answers whose usage could not be read: see docs/operations.md, 'coverage below 100'";
      case UNLISTED_HOST ->
          "calls that look like a model's, to hosts that nobody lists: name them under endpoints";
      case LOWER_BOUND -> "calls counted in part: the provider charges this or more";
      case ASSUMED -> "calls priced on an assumption, by assumption";
      case ZERO_COST ->
          "calls with tokens that cost 0 though nothing calls their model free: wrong price?";
      case FREE -> "calls with tokens that cost 0, as a price file or the gateway says";
      case NOT_BILLED -> "calls that failed without usage: not billed";
      case BILLED_ELSEWHERE -> "calls billed by someone else: in no total";
      case REPEAT -> "rows that repeat a report counted on another row: in no total";
      case SINCE_CLOSE -> "rows that came after their month was closed, by month";
      case ROWS_DROPPED ->
          "calls whose rows retention dropped, by month: in no total, kept in token_ledger_daily";
      case GAP -> "exchanges missing from the ledger, as far as is known";
      case DEAD_LETTER -> "records could not be read or stored";
    };
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static List<String> align(List<List<String>> table) {
    int[] widths = new int[HEADINGS.size() + 1];
    for (List<String> cells : table) {
      for (int column = 0; column < cells.size(); column++) {
        widths[column] = Math.max(widths[column], cells.get(column).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> cells : table) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < cells.size(); column++) {
        String cell = cells.get(column);
        String padding = " ".repeat(widths[column] - cell.length());
        line.append(column == 0 ? cell + padding : "  " + padding + cell);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
