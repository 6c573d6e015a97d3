package io.tokenledger.forwarder.store.rollup;

import java.util.Locale;

/** What a rollup sums, each in the column of its name, beside a {@link Count} of the unknown. */
enum Sum {
  INPUT_TOKENS,
  OUTPUT_TOKENS,
  CACHE_READ_TOKENS,
  CACHE_WRITE_TOKENS,
  REASONING_TOKENS,
  COST_USD,
  LIST_COST_USD,
  DURATION_MS;

  static final Sum[] ALL = values();

  String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
