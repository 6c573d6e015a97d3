package io.tokenledger.agent.provider;

import java.math.BigDecimal;
import java.util.Map;

/**
 * Reads counts out of a provider's usage object. A count is a whole number from zero up, also when
 * it is written as a float ({@code 28.0}); anything else is noted as an anomaly and stays unknown,
 * for a guess would be money.
 */
public final class UsageCounts {
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int MAX_DECIMALS = 1_000;

  private final Map<String, Object> usage;
  private final RecordDraft draft;

  public UsageCounts(Map<String, Object> usage, RecordDraft draft) {
    this.usage = usage;
    this.draft = draft;
  }

  /**
   * The first of several spellings that is there, is not null and is a count.
   *
   * @param paths member names joined by dots, such as {@code prompt_tokens_details.cached_tokens}
   * @return the count, or null when it is not reported or is no count
   */
  public Long count(String... paths) {
    for (String path : paths) {
      Object value = at(path);
      if (value != null) {
        return toCount(path, value);
      }
    }
    return null;
  }

  /**
   * A part of a sum: zero when it is not reported, null when it is and is no count, so that the sum
   * stays open.
   */
  public Long part(String path) {
    return at(path) == null ? (Long) 0L : count(path);
  }

  /** As {@link #count}, of a member of the usage object itself whose name may hold dots. */
  public Long member(String name) {
    Object value = usage.get(name);
    return value == null ? null : toCount(name, value);
  }

  /** The value at a path, or null. */
  public Object at(String path) {
    Object value = usage;
    int start = 0;
    while (start <= path.length()) {
      int dot = path.indexOf('.', start);
      int end = dot < 0 ? path.length() : dot;
      Map<String, Object> object = JsonText.asObject(value);
      if (object == null) {
        return null;
      }
      value = object.get(path.substring(start, end));
      start = end + 1;
    }
    return value;
  }

  private Long toCount(String path, Object value) {
    Long count = whole(value);
    if (count == null) {
      draft.anomaly(path);
    }
    return count;
  }

  private static Long whole(Object value) {
    if (value instanceof Long count) {
      return count >= 0 ? count : null;
    }
    if (!(value instanceof BigDecimal decimal)
        || decimal.signum() < 0
        || Math.abs((long) decimal.scale()) > MAX_DECIMALS
        || decimal.compareTo(MAX) > 0
        || decimal.stripTrailingZeros().scale() > 0) {
      return null;
    }
    return decimal.longValueExact();
  }
}
