package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.record.UsageField;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Money that the provider names in its usage object, to the digit: {@code cost} as a number
 * (OpenRouter, Vercel) or with its parts (Perplexity), {@code cost_in_usd_ticks} (xAI).
 */
public final class ReportedCost {
  /** A dollar has 10^10 ticks. */
  private static final int TICK_DIGITS = 10;

  private ReportedCost() {}

  /**
   * Writes the cost of a usage object, if it names one.
   *
   * @param kind what a {@code cost} is there, as {@code reported_cost_kind} has it
   */
  public static void write(Map<String, Object> usage, RecordDraft draft, String kind) {
    BigDecimal ticks = decimal(usage.get("cost_in_usd_ticks"));
    if (ticks != null) {
      write(draft, ticks.movePointLeft(TICK_DIGITS), "charged", "cost_in_usd_ticks");
      return;
    }
    Object cost = usage.get("cost");
    Map<String, Object> parts = JsonText.asObject(cost);
    if (parts != null && isDollars(parts.get("currency"))) {
      cost = parts.get("total_cost");
    }
    BigDecimal amount = decimal(cost);
    if (amount != null) {
      // With a key of the caller's own, the model is charged by its provider, and this is for the
      // gateway.
      boolean ownKey = Boolean.TRUE.equals(usage.get("is_byok"));
      write(draft, amount, ownKey ? "fee" : kind, "cost");
    }
  }

  private static void write(RecordDraft draft, BigDecimal amount, String kind, String member) {
    if (amount.signum() < 0) {
      draft.anomaly(member);
      return;
    }
    draft.set(UsageField.REPORTED_COST_USD, amount);
    draft.set(UsageField.REPORTED_COST_KIND, kind);
  }

  private static boolean isDollars(Object currency) {
    return currency == null || currency.equals("USD");
  }

  private static BigDecimal decimal(Object value) {
    return value instanceof BigDecimal decimal
        ? decimal
        : value instanceof Long whole ? BigDecimal.valueOf(whole) : null;
  }
}
