package io.tokenledger.agent.provider.gemini;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import java.util.List;
import java.util.Map;

/**
 * The counts of Google's usage objects. Prompts of server-side tools stand beside the prompt and
 * are input; thoughts stand beside the answer and are output. The cached part is inside the prompt.
 *
 * @param prompt tokens of the prompt
 * @param tools tokens of server-side tools' results, which the model read too
 * @param cached part of the prompt that was read from a cache
 * @param answer tokens of the visible answer
 * @param thoughts tokens of the reasoning
 * @param total the provider's own sum of prompt, tools, answer and thoughts
 * @param promptParts lists of a prompt's tokens by modality
 * @param answerParts as above, of the answer
 * @param partCount the member of such a list's elements that holds the count
 */
record GeminiUsage(
    String prompt,
    String tools,
    String cached,
    String answer,
    String thoughts,
    String total,
    List<String> promptParts,
    List<String> answerParts,
    String partCount) {

  /** {@code usageMetadata} of generateContent. */
  static final GeminiUsage GENERATE =
      new GeminiUsage(
          "promptTokenCount",
          "toolUsePromptTokenCount",
          "cachedContentTokenCount",
          "candidatesTokenCount",
          "thoughtsTokenCount",
          "totalTokenCount",
          List.of("promptTokensDetails", "toolUsePromptTokensDetails"),
          List.of("candidatesTokensDetails"),
          "tokenCount");

  /** {@code usage} of an interaction. */
  static final GeminiUsage INTERACTION =
      new GeminiUsage(
          "total_input_tokens",
          "total_tool_use_tokens",
          "total_cached_tokens",
          "total_output_tokens",
          "total_thought_tokens",
          "total_tokens",
          List.of("input_tokens_by_modality", "tool_use_tokens_by_modality"),
          List.of("output_tokens_by_modality"),
          "tokens");

  /** Writes the counts of a usage object; the object itself goes to {@code usage_raw}. */
  void write(String raw, RecordDraft draft) {
    Map<String, Object> usage = JsonText.parseObject(raw);
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(raw);
    draft.set(UsageField.CACHE_READ_TOKENS, counts.count(cached));
    draft.set(UsageField.REASONING_TOKENS, counts.count(thoughts));
    draft.set(UsageField.TOTAL_TOKENS_REPORTED, counts.count(total));
    draft.set(UsageField.AUDIO_INPUT_TOKENS, of(Modality.AUDIO, promptParts, usage, draft));
    draft.set(UsageField.IMAGE_INPUT_TOKENS, of(Modality.IMAGE, promptParts, usage, draft));
    draft.set(UsageField.AUDIO_OUTPUT_TOKENS, of(Modality.AUDIO, answerParts, usage, draft));
    draft.set(UsageField.IMAGE_OUTPUT_TOKENS, of(Modality.IMAGE, answerParts, usage, draft));
    draft.metadata("video_input_tokens", of(Modality.VIDEO, promptParts, usage, draft));
    draft.metadata("document_input_tokens", of(Modality.DOCUMENT, promptParts, usage, draft));
    draft.set(UsageField.SERVICE_TIER, JsonText.plain(usage.get("trafficType")));
    draft.set(UsageField.SERVICE_TIER, JsonText.plain(usage.get("serviceTier")));
    writeSides(counts, draft);
  }

  private void writeSides(UsageCounts counts, RecordDraft draft) {
    Long input =
        counts.at(prompt) == null
            ? null
            : draft.sum(prompt, counts.count(prompt), counts.part(tools));
    Long reported = draft.get(UsageField.TOTAL_TOKENS_REPORTED);
    Long output =
        counts.at(answer) == null && counts.at(thoughts) == null
            ? noneBySum(input, reported)
            : draft.sum(answer, counts.part(answer), counts.part(thoughts));
    draft.set(UsageField.INPUT_TOKENS, input);
    draft.set(UsageField.OUTPUT_TOKENS, output);
    if (reported != null && input != null && (output == null || input + output != reported)) {
      draft.note(UsageNote.SUM_MISMATCH);
    }
  }

  /**
   * A zero is left out of Google's JSON, so an output that is not there is zero where the total
   * says the same (a blocked prompt), and unknown elsewhere.
   */
  private static Long noneBySum(Long input, Long total) {
    return input != null && input.equals(total) ? (Long) 0L : null;
  }

  /** The tokens of a modality in these lists together; null when none of them names it. */
  private Long of(
      Modality modality, List<String> lists, Map<String, Object> usage, RecordDraft draft) {
    Long sum = null;
    for (String list : lists) {
      if (!(usage.get(list) instanceof List<?> parts)) {
        continue;
      }
      for (Object element : parts) {
        Map<String, Object> part = JsonText.asObject(element);
        if (part != null && modality.isNamed(part.get("modality"))) {
          Long count = new UsageCounts(part, draft).count(partCount);
          sum = draft.sum(list, sum == null ? (Long) 0L : sum, count);
        }
      }
    }
    return sum;
  }
}
