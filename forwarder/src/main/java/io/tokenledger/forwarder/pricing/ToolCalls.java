package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Server tools that are billed per call: those that the provider counted, those that show as items
 * of the output where the provider counts none, and the size of a search that is part of the call.
 */
final class ToolCalls {
  private static final String OUTPUT_ITEMS = "output_tool_items";
  private static final String SEARCH_CONTEXT = "search_context_size";

  /** Google sells grounding by the query, or for older models by the request that had any. */
  private static final String QUERIES = "web_search_queries";

  private static final String GROUNDED = "grounded_requests";

  private ToolCalls() {}

  /** The lines; none, and the part unknown, where nothing tells how many calls there were. */
  static Charges charge(UsageRecord usage, PriceSheet sheet, ProviderRules rules) {
    Map<String, Long> calls = says(usage) ? calls(usage, sheet, rules) : Map.of();
    if (calls.isEmpty()) {
      return new Charges(List.of(), Set.of(), null, null);
    }
    List<Charge> lines = new ArrayList<>();
    for (Map.Entry<String, Long> call : calls.entrySet()) {
      if (call.getValue() > 0) {
        Rate rate = sheet.tools().get(call.getKey());
        if (rate == null) {
          return Charges.none(UnpricedReason.NO_TOOL_RATE);
        }
        BigDecimal count = BigDecimal.valueOf(call.getValue());
        lines.add(Charge.of(Charge.Part.TOOL, call.getKey(), count, rate, 0));
      }
    }
    return new Charges(lines, Set.of(Charge.Part.TOOL), null, null);
  }

  /** Whether a row may say anything of tools at all, as few do. */
  private static boolean says(UsageRecord usage) {
    return usage.get(UsageField.SERVER_TOOL_REQUESTS) != null
        || usage.get(UsageField.BILLABLE) != null
        || contains(usage.get(UsageField.METADATA), OUTPUT_ITEMS)
        || contains(usage.get(UsageField.USAGE_RAW), SEARCH_CONTEXT);
  }

  private static boolean contains(String json, String name) {
    return json != null && json.contains(name);
  }

  private static Map<String, Long> calls(UsageRecord usage, PriceSheet sheet, ProviderRules rules) {
    Map<String, Long> calls = new TreeMap<>();
    collect(Json.parse(usage.get(UsageField.SERVER_TOOL_REQUESTS)), calls);
    calls.keySet().removeIf(BillableUnits::isUnit);
    calls.keySet().removeAll(rules.unbilledTools());
    String metadata = usage.get(UsageField.METADATA);
    if (contains(metadata, OUTPUT_ITEMS)) {
      Map<String, Long> items = new TreeMap<>();
      collect(Json.parse(metadata).path(OUTPUT_ITEMS), items);
      boolean searchesCounted = calls.containsKey("web_search_requests");
      items.forEach(
          (type, count) -> {
            boolean again = searchesCounted && type.equals("web_search_call");
            if (!again && rules.billedOutputItems().contains(type)) {
              calls.put(type, count);
            }
          });
    }
    long queries = Json.parse(usage.get(UsageField.BILLABLE)).path(QUERIES).asLong();
    if (queries > 0) {
      boolean byQuery = sheet.tools().containsKey(QUERIES);
      calls.put(byQuery ? QUERIES : GROUNDED, byQuery ? queries : 1L);
    }
    String raw = usage.get(UsageField.USAGE_RAW);
    if (contains(raw, SEARCH_CONTEXT)) {
      String size = Json.parse(raw).path(SEARCH_CONTEXT).textValue();
      if (size != null && !sheet.rates().has(Unit.REQUEST)) {
        calls.put("search_context_" + size, 1L);
      }
    }
    return calls;
  }

  private static void collect(JsonNode counts, Map<String, Long> calls) {
    counts
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getValue().isNumber()) {
                calls.put(field.getKey(), field.getValue().longValue());
              }
            });
  }
}
