package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.UsageCounts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Bedrock itself counted, beside whatever the model's body says: in headers of a whole reply,
 * or in the metrics on a stream's last chunk. Its input leaves out what was read from and written
 * to the cache.
 *
 * @param raw the counts under their own names
 * @param fresh input without the cached parts, or null
 * @param output or null
 * @param cacheRead or null
 * @param cacheWrite or null
 */
record MeteredCounts(
    Map<String, Object> raw, Long fresh, Long output, Long cacheRead, Long cacheWrite) {
  private static final int MAX_DIGITS = 18;

  /** From the reply's headers; null when it has none with a count. */
  static MeteredCounts ofHeaders(RecordDraft draft) {
    Captured captured = draft.captured();
    Map<String, Object> counts = new LinkedHashMap<>();
    for (String name : InvokeFields.COUNT_HEADERS) {
      String value = captured.responseHeader(name);
      if (value != null) {
        counts.put(name, number(value));
      }
    }
    return counts.isEmpty()
        ? null
        : of(
            counts,
            draft,
            InvokeFields.COUNT_HEADERS.get(0),
            InvokeFields.COUNT_HEADERS.get(1),
            InvokeFields.COUNT_HEADERS.get(2),
            InvokeFields.COUNT_HEADERS.get(3));
  }

  /** From a stream's metrics; null when there were none. */
  static MeteredCounts ofMetrics(RecordDraft draft) {
    Map<String, Object> metrics =
        JsonText.parseObject(draft.captured().response(InvokeFields.METRICS));
    return metrics == null
        ? null
        : of(
            metrics,
            draft,
            "inputTokenCount",
            "outputTokenCount",
            "cacheReadInputTokenCount",
            "cacheWriteInputTokenCount");
  }

  private static MeteredCounts of(
      Map<String, Object> raw,
      RecordDraft draft,
      String input,
      String output,
      String cacheRead,
      String cacheWrite) {
    UsageCounts counts = new UsageCounts(raw, draft);
    return new MeteredCounts(
        raw,
        counts.count(input),
        counts.count(output),
        counts.count(cacheRead),
        counts.count(cacheWrite));
  }

  /** True when there is a count of either side. */
  boolean countsAnything() {
    return fresh != null || output != null;
  }

  /** True when something was read from the cache or written to it. */
  boolean cached() {
    return cacheRead != null && cacheRead > 0 || cacheWrite != null && cacheWrite > 0;
  }

  /** All that was read; null when the input is not known. */
  Long input(RecordDraft draft) {
    return draft.sum(
        "input tokens",
        fresh,
        cacheRead == null ? (Long) 0L : cacheRead,
        cacheWrite == null ? (Long) 0L : cacheWrite);
  }

  /** A header's digits as a number; anything else stays text, and is no count. */
  private static Object number(String text) {
    boolean digits = !text.isEmpty() && text.length() <= MAX_DIGITS;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits ? (Object) Long.parseLong(text) : text;
  }
}
