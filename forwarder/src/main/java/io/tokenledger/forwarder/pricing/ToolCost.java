package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * What server tools cost that are billed per call: those that the provider counted, and those that
 * show as items of the output where the provider counts none.
 */
record ToolCost(BigDecimal amount, boolean rateMissing) {
  private static final String OUTPUT_ITEMS = "output_tool_items";

  /** The amount is null when nothing tells how many calls there were. */
  static ToolCost of(UsageRecord usage, PriceSheet sheet, Catalogue catalogue) {
    Map<String, Long> calls = new TreeMap<>();
    JsonNode counted = Json.parse(usage.get(UsageField.SERVER_TOOL_REQUESTS));
    collect(counted, calls);
    String metadata = usage.get(UsageField.METADATA);
    if (metadata != null && metadata.contains(OUTPUT_ITEMS)) {
      Map<String, Long> items = new TreeMap<>();
      collect(Json.parse(metadata).path(OUTPUT_ITEMS), items);
      boolean searchesCounted = calls.containsKey("web_search_requests");
      items.forEach(
          (type, count) -> {
            boolean again = searchesCounted && type.equals("web_search_call");
            if (!again && catalogue.billsOutputItem(usage.get(UsageField.PROVIDER), type)) {
              calls.put(type, count);
            }
          });
    }
    BigDecimal sum = calls.isEmpty() ? null : BigDecimal.ZERO;
    for (Map.Entry<String, Long> call : calls.entrySet()) {
      if (call.getValue() > 0) {
        BigDecimal rate = sheet.tools().get(call.getKey());
        if (rate == null) {
          return new ToolCost(null, true);
        }
        sum = sum.add(rate.multiply(BigDecimal.valueOf(call.getValue())));
      }
    }
    return new ToolCost(sum, false);
  }

  private static void collect(JsonNode counts, Map<String, Long> calls) {
    Iterator<Map.Entry<String, JsonNode>> fields = counts.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (field.getValue().isNumber()) {
        calls.put(field.getKey(), field.getValue().longValue());
      }
    }
  }
}
