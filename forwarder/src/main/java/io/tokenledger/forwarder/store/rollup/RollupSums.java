package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.EventRow;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;

/** The counts and sums of one row of a rollup. Not thread-safe. */
final class RollupSums {
  private static final int MICROS_SCALE = 3;

  private final long[] counts = new long[Count.ALL.length];
  private final WideSum inputTokens = new WideSum();
  private final WideSum outputTokens = new WideSum();
  private final WideSum cacheReadTokens = new WideSum();
  private final WideSum cacheWriteTokens = new WideSum();
  private final WideSum reasoningTokens = new WideSum();
  private final WideSum durationMicros = new WideSum();
  private BigDecimal costUsd = BigDecimal.ZERO;
  private BigDecimal listCostUsd = BigDecimal.ZERO;

  void add(Charge charge) {
    addUsage(charge);
    addMoney(charge, 1);
  }

  /** Adds only what pricing decides, or takes it out again with a sign of -1. */
  void addMoney(Charge charge, int sign) {
    RowCost cost = charge.row().cost();
    BigDecimal own = charge.costUsd();
    count(Count.COST_UNKNOWN, own == null, sign);
    count(Count.COST_ASSUMED, !cost.notes().isEmpty(), sign);
    count(Count.UNPRICED, own == null && cost.lacksPrice(), sign);
    count(Count.ZERO_COST, own != null && own.signum() == 0 && charge.hasTokens(), sign);
    costUsd = plus(costUsd, own, sign);
    if (charge.first()) {
      count(Count.LIST_COST_UNKNOWN, cost.listCostUsd() == null, sign);
      listCostUsd = plus(listCostUsd, cost.listCostUsd(), sign);
    }
  }

  long count(Count count) {
    return counts[count.ordinal()];
  }

  BigDecimal sum(Sum sum) {
    return switch (sum) {
      case INPUT_TOKENS -> inputTokens.value(0);
      case OUTPUT_TOKENS -> outputTokens.value(0);
      case CACHE_READ_TOKENS -> cacheReadTokens.value(0);
      case CACHE_WRITE_TOKENS -> cacheWriteTokens.value(0);
      case REASONING_TOKENS -> reasoningTokens.value(0);
      case COST_USD -> costUsd;
      case LIST_COST_USD -> listCostUsd;
      case DURATION_MS -> durationMicros.value(MICROS_SCALE);
    };
  }

  private void addUsage(Charge charge) {
    count(Count.CHARGES, true, 1);
    tokens(inputTokens, Count.INPUT_TOKENS_UNKNOWN, charge.inputTokens());
    tokens(outputTokens, Count.OUTPUT_TOKENS_UNKNOWN, charge.outputTokens());
    tokens(cacheReadTokens, Count.CACHE_READ_TOKENS_UNKNOWN, charge.cacheReadTokens());
    tokens(cacheWriteTokens, Count.CACHE_WRITE_TOKENS_UNKNOWN, charge.cacheWriteTokens());
    tokens(reasoningTokens, Count.REASONING_TOKENS_UNKNOWN, charge.reasoningTokens());
    if (charge.first()) {
      addCall(charge.row());
    }
  }

  private void addCall(EventRow row) {
    UsageRecord usage = row.usage();
    count(Count.CALLS, true, 1);
    count(Count.ERRORS, !"success".equals(usage.get(UsageField.STATUS)), 1);
    count(Count.PARTIAL_CALLS, !"complete".equals(usage.get(UsageField.COMPLETION)), 1);
    Double duration = usage.get(UsageField.DURATION_MS);
    boolean known = Latency.isKnown(duration);
    count(Count.DURATION_UNKNOWN, !known, 1);
    if (known) {
      durationMicros.add(Latency.micros(duration));
    }
  }

  private void tokens(WideSum sum, Count unknown, Long value) {
    if (value == null) {
      counts[unknown.ordinal()]++;
    } else {
      sum.add(value);
    }
  }

  private void count(Count count, boolean applies, int sign) {
    if (applies) {
      counts[count.ordinal()] += sign;
    }
  }

  private static BigDecimal plus(BigDecimal sum, BigDecimal value, int sign) {
    if (value == null) {
      return sum;
    }
    return sign > 0 ? sum.add(value) : sum.subtract(value);
  }
}
