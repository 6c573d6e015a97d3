package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.record.UsageField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a compound system's usage by model (Groq): each is charged at its own model's rate,
 * and the usage at the top is their sum. They become the row's iterations.
 */
final class ModelBreakdown {
  private ModelBreakdown() {}

  /**
   * @param paths of the response that may hold it
   */
  static void write(RecordDraft draft, List<String> paths) {
    Map<String, Object> breakdown =
        JsonText.asObject(draft.responseValue(paths.toArray(new String[0])));
    if (breakdown == null || !(breakdown.get("models") instanceof List<?> models)) {
      return;
    }
    List<Object> iterations = new ArrayList<>();
    for (Object entry : models) {
      Map<String, Object> model = JsonText.asObject(entry);
      Map<String, Object> usage = model == null ? null : JsonText.asObject(model.get("usage"));
      if (usage != null) {
        iterations.add(iteration(model.get("model"), new UsageCounts(usage, draft)));
      }
    }
    draft.metadata("usage_breakdown", breakdown);
    if (!iterations.isEmpty()) {
      draft.set(UsageField.ITERATIONS, JsonText.write(iterations));
    }
  }

  private static Map<String, Object> iteration(Object model, UsageCounts usage) {
    Map<String, Object> iteration = new LinkedHashMap<>();
    iteration.put("type", "model");
    iteration.put("model", JsonText.plain(model));
    iteration.put("input_tokens", usage.count(OpenAiUsage.INPUT));
    iteration.put("cache_read_tokens", usage.count(OpenAiUsage.CACHE_READ));
    iteration.put("cache_write_tokens", usage.count(OpenAiUsage.CACHE_WRITE));
    iteration.put("output_tokens", usage.count(OpenAiUsage.OUTPUT));
    return iteration;
  }
}
