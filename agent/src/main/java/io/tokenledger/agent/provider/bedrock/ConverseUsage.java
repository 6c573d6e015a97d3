package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import java.util.List;
import java.util.Map;

/**
 * The counts of a usage object with Converse's names, which Nova's own bodies share. {@code
 * inputTokens} leave out what was read from and written to the cache; ours are the whole. The
 * members that end in {@code TokenCount} repeat the others, so each is read only where its twin is
 * missing.
 */
final class ConverseUsage {
  private static final String[] CACHE_READ = {"cacheReadInputTokens", "cacheReadInputTokenCount"};
  private static final String[] CACHE_WRITE = {
    "cacheWriteInputTokens", "cacheWriteInputTokenCount"
  };

  private ConverseUsage() {}

  /**
   * Writes the counts.
   *
   * @param raw the object as it was sent
   * @param wholeInput true where {@code inputTokens} may hold the cached parts already (models of
   *     OpenAI through ConverseStream; plain Converse gives the rest for the same call). They do
   *     when they are no less than those parts.
   */
  static void write(String raw, boolean wholeInput, RecordDraft draft) {
    Map<String, Object> usage = JsonText.parseObject(raw);
    UsageCounts counts = new UsageCounts(usage, draft);
    draft.usage(raw);
    Long fresh = counts.count("inputTokens");
    Long read = counts.count(CACHE_READ);
    Long write = counts.count(CACHE_WRITE);
    Long output = counts.count("outputTokens");
    Long cached =
        draft.sum("cache tokens", part(counts, read, CACHE_READ), part(counts, write, CACHE_WRITE));
    boolean whole = wholeInput && cached != null && cached > 0 && fresh != null && fresh >= cached;
    Long input = whole ? fresh : draft.sum("inputTokens", fresh, cached);
    draft.set(UsageField.INPUT_TOKENS, input);
    draft.set(UsageField.OUTPUT_TOKENS, output);
    draft.set(UsageField.CACHE_READ_TOKENS, read);
    draft.set(UsageField.CACHE_WRITE_TOKENS, write);
    writeLifetimes(counts, draft);
    Map<String, Object> tools = JsonText.asObject(usage.get("serverToolUsage"));
    if (tools != null && !tools.isEmpty()) {
      draft.set(UsageField.SERVER_TOOL_REQUESTS, JsonText.write(tools));
    }
    Long total = counts.count("totalTokens");
    draft.set(UsageField.TOTAL_TOKENS_REPORTED, total);
    Long sum = total == null ? null : draft.sum("totalTokens", input, output);
    if (sum != null && !sum.equals(total)) {
      draft.note(UsageNote.SUM_MISMATCH);
    }
  }

  /** What was written to the cache by how long it stays there: {@code 5m} or {@code 1h}. */
  private static void writeLifetimes(UsageCounts counts, RecordDraft draft) {
    if (!(counts.at("cacheDetails") instanceof List<?> details)) {
      return;
    }
    Long fiveMinutes = null;
    Long oneHour = null;
    for (Object detail : details) {
      Map<String, Object> written = JsonText.asObject(detail);
      if (written == null) {
        draft.anomaly("cacheDetails");
        return;
      }
      Long tokens = new UsageCounts(written, draft).count("inputTokens");
      if ("5m".equals(written.get("ttl"))) {
        fiveMinutes =
            draft.sum("cacheDetails", fiveMinutes == null ? (Long) 0L : fiveMinutes, tokens);
      } else if ("1h".equals(written.get("ttl"))) {
        oneHour = draft.sum("cacheDetails", oneHour == null ? (Long) 0L : oneHour, tokens);
      }
    }
    draft.set(UsageField.CACHE_WRITE_5M_TOKENS, fiveMinutes);
    draft.set(UsageField.CACHE_WRITE_1H_TOKENS, oneHour);
  }

  /** A part that is not there adds nothing; one that is there and no count leaves the sum open. */
  private static Long part(UsageCounts counts, Long count, String... names) {
    boolean there = counts.at(names[0]) != null || counts.at(names[1]) != null;
    return there ? count : (Long) 0L;
  }
}
