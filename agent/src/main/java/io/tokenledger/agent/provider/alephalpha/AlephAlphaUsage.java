package io.tokenledger.agent.provider.alephalpha;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.record.UsageField;
import java.util.Map;

/** The counts of Aleph Alpha, which have no object of their own: they are kept as one. */
final class AlephAlphaUsage {
  private AlephAlphaUsage() {}

  /**
   * Writes the counts.
   *
   * @return false when there are none
   */
  static boolean write(RecordDraft draft) {
    Map<String, Object> usage =
        draft.responseValues("num_tokens_prompt_total", "num_tokens_generated");
    if (usage.isEmpty()) {
      return false;
    }
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(JsonText.write(usage));
    draft.set(UsageField.INPUT_TOKENS, counts.count("num_tokens_prompt_total"));
    draft.set(UsageField.OUTPUT_TOKENS, counts.count("num_tokens_generated"));
    return true;
  }
}
