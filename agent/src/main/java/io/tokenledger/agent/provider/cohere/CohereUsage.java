package io.tokenledger.agent.provider.cohere;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.record.UsageField;
import java.util.Map;

/**
 * The counts of Cohere's reports. {@code tokens} is what was processed and goes to the columns,
 * hidden preamble included; {@code billed_units} is what is charged, and is kept beside them. An
 * API that gives only billed units (embeddings, generate) means both by them.
 */
final class CohereUsage {
  private CohereUsage() {}

  /**
   * Writes the counts of a report.
   *
   * @return false when it holds none
   */
  static boolean write(String raw, RecordDraft draft) {
    Map<String, Object> usage = JsonText.parseObject(raw);
    if (usage == null) {
      return false;
    }
    UsageCounts counts = new UsageCounts(usage, draft);
    Map<String, Object> billed = JsonText.asObject(usage.get("billed_units"));
    if (billed == null && counts.at("tokens") == null) {
      return false;
    }
    draft.usage(raw);
    if (billed != null) {
      draft.set(UsageField.BILLABLE, JsonText.write(Map.of("billed_units", billed)));
    }
    Long images = counts.count("tokens.image_tokens", "billed_units.image_tokens");
    draft.set(UsageField.IMAGE_INPUT_TOKENS, images);
    draft.set(UsageField.INPUT_TOKENS, withImages(input(counts), images, draft));
    draft.set(
        UsageField.OUTPUT_TOKENS,
        counts.count("tokens.output_tokens", "billed_units.output_tokens"));
    draft.set(UsageField.CACHE_READ_TOKENS, counts.count("cached_tokens"));
    draft.set(UsageField.REASONING_TOKENS, counts.count("tokens.reasoning_tokens"));
    Long searches = counts.count("billed_units.search_units");
    if (searches != null) {
      draft.set(UsageField.SERVER_TOOL_REQUESTS, JsonText.write(Map.of("search_units", searches)));
    }
    return true;
  }

  private static Long input(UsageCounts counts) {
    return counts.count("tokens.input_tokens", "billed_units.input_tokens");
  }

  /** Chat has images inside its input; embeddings have them beside it, where there are any. */
  private static Long withImages(Long input, Long images, RecordDraft draft) {
    boolean beside = input != null && images != null && images > input;
    return beside ? draft.sum("image_tokens", input, images) : input;
  }
}
