package io.tokenledger.forwarder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Turns a record whose usage is counted on another row into one that only names that row. */
final class Repeats {
  static final String NOTE = "counted_elsewhere";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The counts, and the JSON from which they could be counted a second time. */
  private static final List<UsageField<?>> COUNTS =
      UsageField.ALL.stream()
          .filter(
              field ->
                  field.columnName().endsWith("_tokens")
                      || field == UsageField.TOTAL_TOKENS_REPORTED
                      || field == UsageField.SERVER_TOOL_REQUESTS
                      || field == UsageField.BILLABLE
                      || field == UsageField.ITERATIONS
                      || field == UsageField.REPORTED_COST_USD
                      || field == UsageField.REPORTED_COST_KIND)
          .<UsageField<?>>map(field -> field)
          .toList();

  private Repeats() {}

  static UsageRecord of(UsageRecord usage, UUID countedOn) {
    UsageRecord.Builder repeat = usage.toBuilder();
    for (UsageField<?> field : COUNTS) {
      repeat.set(field, null);
    }
    Set<String> notes = new TreeSet<>();
    if (usage.get(UsageField.USAGE_NOTE) != null) {
      notes.addAll(usage.get(UsageField.USAGE_NOTE));
    }
    notes.add(NOTE);
    return repeat
        .set(UsageField.USAGE_SOURCE, "none")
        .set(UsageField.USAGE_NOTE, List.copyOf(notes))
        .set(UsageField.METADATA, withRepeatOf(usage.get(UsageField.METADATA), countedOn))
        .build();
  }

  static boolean isRepeat(UsageRecord usage) {
    List<String> notes = usage.get(UsageField.USAGE_NOTE);
    return notes != null && notes.contains(NOTE);
  }

  private static String withRepeatOf(String metadata, UUID countedOn) {
    try {
      JsonNode parsed = metadata == null ? null : JSON.readTree(metadata);
      ObjectNode merged = parsed instanceof ObjectNode object ? object : JSON.createObjectNode();
      return JSON.writeValueAsString(merged.put("repeat_of", countedOn.toString()));
    } catch (JsonProcessingException damaged) {
      throw new UnstorableRecordException("metadata", damaged.getOriginalMessage());
    }
  }
}
