package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An AWS cost and usage report as CSV, in its first or second shape; only Amazon Bedrock's lines
 * are taken. How usage types name tokens: AWS, "Understanding your Amazon Bedrock Cost and Usage
 * Report data".
 */
final class AwsCostReport {
  /** Models of other makers are sold through the marketplace, with a product code of their own. */
  private static final List<String> WHOSE =
      List.of(
          "line_item_product_code",
          "product_servicecode",
          "product_product_name",
          "product",
          "line_item_line_item_description");

  /** What is used. The others are taxes, credits, refunds, fees and commitments. */
  private static final Set<String> USED =
      Set.of("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage");

  private static final Map<String, Integer> POWER_OF_TEN =
      Map.of("tokens", 0, "1k tokens", 3, "1m tokens", 6);

  private AwsCostReport() {}

  static Bill read(String content) {
    List<BillLine> lines = new ArrayList<>();
    for (Csv.Row row : Csv.read(content)) {
      String type = row.getOr("line_item_line_item_type", "Usage");
      if (!isBedrock(row) || !USED.contains(type)) {
        continue;
      }
      LocalDate day = LocalDate.parse(row.get("line_item_usage_start_date").substring(0, 10));
      String account = row.get("line_item_usage_account_id");
      BigDecimal usd = row.presentDecimal("line_item_unblended_cost");
      lines.add(BillLine.money(day, account, usd));
      BillLine.Kind kind = kind(row.getOr("line_item_usage_type", ""));
      Integer power = POWER_OF_TEN.get(row.getOr("pricing_unit", "").toLowerCase(Locale.ROOT));
      if (kind != null) {
        BigDecimal tokens =
            power == null
                ? null
                : row.presentDecimal("line_item_usage_amount").movePointRight(power);
        lines.add(BillLine.usage(day, account, null, kind, tokens));
      }
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("no line of Amazon Bedrock's");
    }
    return Bill.listing(lines);
  }

  private static boolean isBedrock(Csv.Row row) {
    row.get(WHOSE.get(0));
    return WHOSE.stream()
        .anyMatch(column -> row.getOr(column, "").toLowerCase(Locale.ROOT).contains("bedrock"));
  }

  /** The class of tokens that a usage type counts; null for others. */
  private static BillLine.Kind kind(String usageType) {
    String type = usageType.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    if (type.contains("cacheread")) {
      return BillLine.Kind.CACHE_READ;
    }
    if (type.contains("cachewrite")) {
      return BillLine.Kind.CACHE_WRITE;
    }
    if (type.contains("inputtoken")) {
      return BillLine.Kind.FRESH_INPUT;
    }
    return type.contains("outputtoken") ? BillLine.Kind.OUTPUT : null;
  }
}
