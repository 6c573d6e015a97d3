package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.agent.provider.anthropic.AnthropicUsage;
import io.tokenledger.agent.provider.openai.OpenAiUsage;
import io.tokenledger.record.UsageField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The counts of InvokeModel: the model's own body first, then Bedrock's headers, then the metrics
 * of a stream. What the body leaves open is taken from the other two.
 */
final class InvokeUsage {
  /** A family that writes its counts at the top of the body. */
  private record LooseCounts(String input, List<String> outputs) {}

  private static final LooseCounts[] LOOSE = {
    // Titan text, whole and streamed; Titan's embeddings have an input only.
    new LooseCounts(
        "inputTextTokenCount", List.of("results[].tokenCount", "totalOutputTextTokenCount")),
    // Llama: the prompt's on the first chunk, the answer's cumulative on each.
    new LooseCounts("prompt_token_count", List.of("generation_token_count")),
  };

  private InvokeUsage() {}

  /**
   * Writes the counts.
   *
   * @param message the object of Anthropic's {@code message_start}, or null
   * @param hasOutput false for models that only read (embeddings, rerank)
   */
  static void write(RecordDraft draft, Map<String, Object> message, boolean hasOutput) {
    MeteredCounts headers = MeteredCounts.ofHeaders(draft);
    MeteredCounts metrics = MeteredCounts.ofMetrics(draft);
    draft.metadata("header_token_counts", headers == null ? null : headers.raw());
    draft.metadata("invocation_metrics", metrics == null ? null : metrics.raw());
    MeteredCounts metered = headers != null && headers.countsAnything() ? headers : metrics;
    boolean placeholder = writeBody(draft, message);
    if (draft.get(UsageField.USAGE_RAW) != null) {
      complete(draft, metered, placeholder);
    } else if (metered != null && metered.countsAnything()) {
      draft.usage(JsonText.write(metered.raw()));
      writeSides(draft, metered);
    } else {
      draft.usage(null);
      draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
      return;
    }
    draft.totals(hasOutput);
    if (Boolean.TRUE.equals(draft.captured().streamed())
        && draft.captured().ending() != Captured.Ending.COMPLETE) {
      // Counts on the way are cumulative or placeholders: of the output no more than a lower bound.
      draft.note(UsageNote.CUT);
    }
  }

  /**
   * Writes what the body says, if anything.
   *
   * @return true when its output is the placeholder of a message's start
   */
  private static boolean writeBody(RecordDraft draft, Map<String, Object> message) {
    String start =
        message == null || JsonText.asObject(message.get("usage")) == null
            ? null
            : JsonText.write(message.get("usage"));
    String last = draft.captured().response("usage");
    Map<String, Object> usage = JsonText.parseObject(last);
    if (start != null || usage != null && isAnthropic(usage)) {
      Map<String, Object> merged = AnthropicUsage.merged(start, last);
      AnthropicUsage.write(merged, start == null ? last : JsonText.write(merged), draft);
      return last == null;
    }
    if (usage == null) {
      writeLoose(draft);
    } else if (usage.containsKey("inputTokens") || usage.containsKey("outputTokens")) {
      ConverseUsage.write(last, false, draft);
    } else {
      OpenAiUsage.write(last, draft);
    }
    return false;
  }

  private static boolean isAnthropic(Map<String, Object> usage) {
    return usage.containsKey("input_tokens") || usage.containsKey("output_tokens");
  }

  private static void writeLoose(RecordDraft draft) {
    for (LooseCounts family : LOOSE) {
      Map<String, Object> found = found(draft.captured(), family);
      if (!found.isEmpty()) {
        UsageCounts counts = new UsageCounts(found, draft);
        draft.usage(JsonText.write(found));
        draft.set(UsageField.INPUT_TOKENS, counts.member(family.input()));
        for (String output : family.outputs()) {
          draft.set(UsageField.OUTPUT_TOKENS, counts.member(output));
        }
        return;
      }
    }
  }

  private static Map<String, Object> found(Captured captured, LooseCounts family) {
    Map<String, Object> found = new LinkedHashMap<>();
    put(captured, family.input(), found);
    family.outputs().forEach(output -> put(captured, output, found));
    return found;
  }

  private static void put(Captured captured, String name, Map<String, Object> found) {
    Object value = JsonText.parse(captured.response(name));
    if (value != null) {
      found.put(name, value);
    }
  }

  /** Takes from Bedrock's own counts what the body left open, and notes where the two differ. */
  private static void complete(RecordDraft draft, MeteredCounts metered, boolean placeholder) {
    if (metered == null) {
      return;
    }
    if (placeholder || draft.get(UsageField.OUTPUT_TOKENS) == null) {
      draft.set(UsageField.OUTPUT_TOKENS, metered.output());
    }
    completeInput(draft, metered);
    if (draft.get(UsageField.ITERATIONS) == null
        && (differ(draft.get(UsageField.INPUT_TOKENS), metered.input(draft))
            || differ(draft.get(UsageField.OUTPUT_TOKENS), metered.output()))) {
      draft.note(UsageNote.SUM_MISMATCH);
    }
  }

  /**
   * A body without a word of the cache may have counted the cached parts (OpenAI's names) or left
   * them out (Nova's): which of the two, its input says beside Bedrock's.
   */
  private static void completeInput(RecordDraft draft, MeteredCounts metered) {
    Long body = draft.get(UsageField.INPUT_TOKENS);
    boolean silent =
        draft.get(UsageField.CACHE_READ_TOKENS) == null
            && draft.get(UsageField.CACHE_WRITE_TOKENS) == null;
    Long whole = metered.input(draft);
    if (body == null || silent && metered.cached() && body.equals(metered.fresh())) {
      draft.set(UsageField.INPUT_TOKENS, whole);
    }
    if (silent
        && metered.cached()
        && whole != null
        && whole.equals(draft.get(UsageField.INPUT_TOKENS))) {
      draft.set(UsageField.CACHE_READ_TOKENS, metered.cacheRead());
      draft.set(UsageField.CACHE_WRITE_TOKENS, metered.cacheWrite());
    }
  }

  private static boolean differ(Long body, Long metered) {
    return body != null && metered != null && !body.equals(metered);
  }

  private static void writeSides(RecordDraft draft, MeteredCounts metered) {
    draft.set(UsageField.INPUT_TOKENS, metered.input(draft));
    draft.set(UsageField.OUTPUT_TOKENS, metered.output());
    draft.set(UsageField.CACHE_READ_TOKENS, metered.cacheRead());
    draft.set(UsageField.CACHE_WRITE_TOKENS, metered.cacheWrite());
  }
}
