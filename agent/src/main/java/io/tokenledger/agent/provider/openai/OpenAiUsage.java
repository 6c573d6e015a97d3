package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.agent.provider.openai.HostTraits.Reasoning;
import io.tokenledger.record.UsageField;
import java.util.Map;

/**
 * The counts of a usage object of the OpenAI family, whose members carry {@code prompt_} and {@code
 * completion_} names (chat completions, embeddings) or {@code input_} and {@code output_} names
 * (responses). Each column is a row of the table below; the spellings after the first are those of
 * hosts that speak the same language.
 *
 * <p>Whether reasoning is inside the output, and audio inside the input, is decided by which of
 * them the provider's own total adds up to, not by the provider's name: the same models are served
 * behind many hosts.
 */
public final class OpenAiUsage {
  static final String[] INPUT = {"prompt_tokens", "input_tokens"};
  static final String[] OUTPUT = {"completion_tokens", "output_tokens"};
  static final String[] CACHE_READ = {
    "prompt_tokens_details.cached_tokens",
    "input_tokens_details.cached_tokens",
    "prompt_token_details.cached_tokens",
    "prompt_cache_hit_tokens",
    "cached_tokens",
    "num_cached_tokens",
    "cache_read_input_tokens"
  };
  static final String[] CACHE_WRITE = {
    "prompt_tokens_details.cache_write_tokens",
    "input_tokens_details.cache_write_tokens",
    "prompt_tokens_details.cache_creation_tokens",
    "cache_creation_input_tokens"
  };
  private static final String[] REASONING = {
    "completion_tokens_details.reasoning_tokens",
    "output_tokens_details.reasoning_tokens",
    "reasoning_tokens"
  };
  private static final String[] AUDIO_INPUT = {
    "prompt_tokens_details.audio_tokens",
    "input_tokens_details.audio_tokens",
    "input_token_details.audio_tokens"
  };
  private static final String[] AUDIO_OUTPUT = {
    "completion_tokens_details.audio_tokens", "output_tokens_details.audio_tokens"
  };
  private static final String[] IMAGE_INPUT = {
    "prompt_tokens_details.image_tokens", "input_tokens_details.image_tokens"
  };
  private static final String[] IMAGE_OUTPUT = {
    "completion_tokens_details.image_tokens", "output_tokens_details.image_tokens"
  };
  private static final String[] ACCEPTED = {"completion_tokens_details.accepted_prediction_tokens"};
  private static final String[] REJECTED = {"completion_tokens_details.rejected_prediction_tokens"};
  private static final String[] TOTAL = {"total_tokens"};

  private OpenAiUsage() {}

  /** Writes the counts of a usage object; the object itself goes to {@code usage_raw}. */
  public static void write(String raw, RecordDraft draft) {
    write(raw, draft, HostTraits.OPENAI);
  }

  static void write(String raw, RecordDraft draft, HostTraits host) {
    Map<String, Object> usage = JsonText.parseObject(raw);
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(raw);
    draft.set(UsageField.CACHE_READ_TOKENS, counts.count(CACHE_READ));
    draft.set(UsageField.CACHE_WRITE_TOKENS, counts.count(CACHE_WRITE));
    draft.set(UsageField.REASONING_TOKENS, counts.count(REASONING));
    draft.set(UsageField.AUDIO_INPUT_TOKENS, counts.count(AUDIO_INPUT));
    draft.set(UsageField.AUDIO_OUTPUT_TOKENS, counts.count(AUDIO_OUTPUT));
    draft.set(UsageField.IMAGE_INPUT_TOKENS, counts.count(IMAGE_INPUT));
    draft.set(UsageField.IMAGE_OUTPUT_TOKENS, counts.count(IMAGE_OUTPUT));
    draft.set(UsageField.ACCEPTED_PREDICTION_TOKENS, counts.count(ACCEPTED));
    draft.set(UsageField.REJECTED_PREDICTION_TOKENS, counts.count(REJECTED));
    draft.set(UsageField.TOTAL_TOKENS_REPORTED, counts.count(TOTAL));
    writeSides(counts, draft, host.reasoning());
    ReportedCost.write(usage, draft, host.costKind());
    ServerTools.write(counts, draft);
    draft.setIfAbsent(UsageField.SERVICE_TIER, JsonText.plain(usage.get("service_tier")));
    draft.metadata("prompt_audio_seconds", usage.get("prompt_audio_seconds"));
    draft.gatewayEstimate(usage);
  }

  private static void writeSides(UsageCounts counts, RecordDraft draft, Reasoning where) {
    Long input = counts.count(INPUT);
    Long output = counts.count(OUTPUT);
    Long total = draft.get(UsageField.TOTAL_TOKENS_REPORTED);
    long reasoning = orZero(draft.get(UsageField.REASONING_TOKENS));
    long audio = orZero(draft.get(UsageField.AUDIO_INPUT_TOKENS));
    long excess = total == null || input == null ? 0 : total - input - orZero(output);
    boolean chat = counts.at("completion_tokens") != null;
    if (chat && output != null && excess == 0 && where == Reasoning.OUTSIDE_TOTAL) {
      output = draft.sum("completion_tokens", output, reasoning);
    } else if (chat && output != null && excess > 0 && where == Reasoning.ONLY_IN_TOTAL) {
      output += excess;
    } else if (output != null && reasoning > 0 && excess == reasoning) {
      output += reasoning;
    } else if (audio > 0 && excess == audio) {
      input += audio;
    } else if (excess != 0) {
      draft.note(UsageNote.SUM_MISMATCH);
    }
    draft.set(UsageField.INPUT_TOKENS, input);
    draft.set(UsageField.OUTPUT_TOKENS, output);
  }

  private static long orZero(Long count) {
    return count == null ? 0 : count;
  }
}
