package io.tokenledger.agent.provider.anthropic;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.record.UsageField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The counts of an Anthropic usage object. Its {@code input_tokens} leave out what was read from
 * and written to the cache; ours are the whole.
 *
 * <p>In a stream the object of {@code message_start} gives the input side and a placeholder for the
 * output; those of {@code message_delta} are cumulative. The last delta wins field by field, and a
 * field that it leaves out keeps the start's value. Adding them would count twice.
 */
public final class AnthropicUsage {
  private static final List<String> SUMMED =
      List.of(
          "input_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "cache_write_5m_tokens",
          "cache_write_1h_tokens",
          "output_tokens");

  private AnthropicUsage() {}

  /**
   * The usage object of a whole body, or a stream's start and last delta made one; null if none.
   */
  public static Map<String, Object> merged(String start, String last) {
    Map<String, Object> first = JsonText.parseObject(start);
    Map<String, Object> delta = JsonText.parseObject(last);
    if (first == null || delta == null) {
      return first == null ? delta : first;
    }
    delta.forEach(
        (name, value) -> {
          if (value != null || !first.containsKey(name)) {
            first.put(name, value);
          }
        });
    return first;
  }

  /** Writes the counts of a usage object; {@code raw} is its text. */
  public static void write(Map<String, Object> usage, String raw, RecordDraft draft) {
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(raw);
    Counted counted = Counted.of(counts, draft);
    draft.set(UsageField.INPUT_TOKENS, counted.input);
    draft.set(UsageField.OUTPUT_TOKENS, counted.output);
    draft.set(UsageField.CACHE_READ_TOKENS, counted.cacheRead);
    draft.set(UsageField.CACHE_WRITE_TOKENS, counted.cacheWrite);
    draft.set(UsageField.CACHE_WRITE_5M_TOKENS, counted.cacheWrite5m);
    draft.set(UsageField.CACHE_WRITE_1H_TOKENS, counted.cacheWrite1h);
    draft.set(UsageField.REASONING_TOKENS, counts.count("output_tokens_details.thinking_tokens"));
    draft.set(UsageField.SERVICE_TIER, JsonText.plain(usage.get("service_tier")));
    draft.set(UsageField.INFERENCE_GEO, JsonText.plain(usage.get("inference_geo")));
    draft.metadata("speed", usage.get("speed"));
    draft.gatewayEstimate(usage);
    if (JsonText.asObject(usage.get("server_tool_use")) != null) {
      draft.set(UsageField.SERVER_TOOL_REQUESTS, JsonText.write(usage.get("server_tool_use")));
    }
    if (usage.get("iterations") instanceof List<?> rows && !rows.isEmpty()) {
      writeIterations(rows, draft);
    }
    draft.totals(true);
  }

  /**
   * Compaction, advisor and fallback passes, each with its own counts and maybe its own model: the
   * top level leaves some of them out, so they are what is priced.
   */
  private static void writeIterations(List<?> rows, RecordDraft draft) {
    List<Object> normalised = new ArrayList<>();
    Map<String, Object> totals = new LinkedHashMap<>();
    for (Object row : rows) {
      Map<String, Object> usage = JsonText.asObject(row);
      if (usage == null) {
        draft.anomaly("iterations");
        return;
      }
      Map<String, Object> iteration = new LinkedHashMap<>();
      iteration.put("type", usage.get("type"));
      iteration.put("model", usage.get("model"));
      Counted.of(new UsageCounts(usage, draft), draft).putInto(iteration);
      normalised.add(iteration);
    }
    for (String name : SUMMED) {
      totals.put(name, sum(normalised, name, draft));
    }
    draft.set(UsageField.ITERATIONS, JsonText.write(normalised));
    draft.metadata("iterations_total", totals);
  }

  private static Long sum(List<Object> rows, String name, RecordDraft draft) {
    Long sum = 0L;
    for (Object row : rows) {
      sum = draft.sum("iterations." + name, sum, (Long) JsonText.asObject(row).get(name));
    }
    return sum;
  }

  private record Counted(
      Long input,
      Long cacheRead,
      Long cacheWrite,
      Long cacheWrite5m,
      Long cacheWrite1h,
      Long output) {

    static Counted of(UsageCounts counts, RecordDraft draft) {
      Long read = counts.count("cache_read_input_tokens");
      Long write5m = counts.count("cache_creation.ephemeral_5m_input_tokens");
      Long write1h = counts.count("cache_creation.ephemeral_1h_input_tokens");
      Long write = counts.count("cache_creation_input_tokens");
      if (counts.at("cache_creation_input_tokens") == null) {
        write = draft.sum("cache_creation", write5m, write1h);
      }
      Long fresh = counts.count("input_tokens");
      return new Counted(
          draft.sum(
              "input_tokens",
              fresh,
              part(counts, "cache_read_input_tokens", read),
              part(counts, "cache_creation_input_tokens", write)),
          read,
          write,
          write5m,
          write1h,
          counts.count("output_tokens"));
    }

    /**
     * A part that is not there adds nothing; one that is there and no count leaves the sum open.
     */
    private static Long part(UsageCounts counts, String name, Long count) {
      return count == null && counts.at(name) == null ? (Long) 0L : count;
    }

    void putInto(Map<String, Object> iteration) {
      iteration.put("input_tokens", input);
      iteration.put("cache_read_tokens", cacheRead);
      iteration.put("cache_write_tokens", cacheWrite);
      iteration.put("cache_write_5m_tokens", cacheWrite5m);
      iteration.put("cache_write_1h_tokens", cacheWrite1h);
      iteration.put("output_tokens", output);
    }
  }
}
