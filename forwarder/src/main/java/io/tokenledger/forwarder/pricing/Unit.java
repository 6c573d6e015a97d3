package io.tokenledger.forwarder.pricing;

import java.util.Locale;

/** What a token rate is for. In catalogue files the name in lower case. */
public enum Unit {
  /** Input that was neither read from nor written to a cache. */
  INPUT,
  CACHE_READ,
  /** Cache writes of a provider that sells one lifetime only. */
  CACHE_WRITE,
  CACHE_WRITE_5M,
  CACHE_WRITE_1H,
  /** Everything generated, reasoning included. */
  OUTPUT,
  AUDIO_INPUT,
  AUDIO_OUTPUT,
  IMAGE_INPUT,
  IMAGE_OUTPUT;

  /** The name in catalogue files and in {@code token_ledger_prices}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
