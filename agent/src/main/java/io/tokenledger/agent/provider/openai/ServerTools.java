package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.record.UsageField;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Calls of tools that the provider runs and bills, as its usage object counts them, under its own
 * names. A count that is none is left out and noted.
 */
final class ServerTools {
  /** Single counts, and what the ledger calls them. */
  private static final String[][] COUNTS = {
    {"num_sources_used", "sources_used"}, // xAI
    {"num_search_queries", "num_search_queries"}, // Perplexity
  };

  /** Objects of counts: xAI's, and OpenRouter's newer and older one. */
  private static final String[] OBJECTS = {
    "server_side_tool_usage_details", "server_tool_use_details", "server_tool_use"
  };

  private ServerTools() {}

  static void write(UsageCounts usage, RecordDraft draft) {
    Map<String, Object> tools = new LinkedHashMap<>();
    for (String[] count : COUNTS) {
      put(tools, count[1], usage.count(count[0]));
    }
    for (String object : OBJECTS) {
      Map<String, Object> counts = JsonText.asObject(usage.at(object));
      if (counts != null) {
        for (String name : counts.keySet()) {
          put(tools, name, usage.count(object + "." + name));
        }
        break;
      }
    }
    add(tools, draft);
  }

  /** Adds counts to those that the row has. */
  static void add(Map<String, Object> more, RecordDraft draft) {
    if (more.isEmpty()) {
      return;
    }
    Map<String, Object> tools = JsonText.parseObject(draft.get(UsageField.SERVER_TOOL_REQUESTS));
    Map<String, Object> all = tools == null ? new LinkedHashMap<>() : tools;
    all.putAll(more);
    draft.set(UsageField.SERVER_TOOL_REQUESTS, JsonText.write(all));
  }

  private static void put(Map<String, Object> tools, String name, Long count) {
    if (count != null) {
      tools.put(name, count);
    }
  }
}
