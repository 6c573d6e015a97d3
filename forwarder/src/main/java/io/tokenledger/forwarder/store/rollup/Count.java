package io.tokenledger.forwarder.store.rollup;

import java.util.Locale;

/** What a rollup counts, each in the column of its name. */
enum Count {
  CALLS,
  CHARGES,
  ERRORS,
  PARTIAL_CALLS,
  INPUT_TOKENS_UNKNOWN,
  OUTPUT_TOKENS_UNKNOWN,
  CACHE_READ_TOKENS_UNKNOWN,
  CACHE_WRITE_TOKENS_UNKNOWN,
  REASONING_TOKENS_UNKNOWN,
  COST_UNKNOWN,
  COST_ASSUMED,
  UNPRICED,
  ZERO_COST,
  LIST_COST_UNKNOWN,
  DURATION_UNKNOWN;

  static final Count[] ALL = values();

  String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
