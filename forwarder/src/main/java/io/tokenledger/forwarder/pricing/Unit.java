package io.tokenledger.forwarder.pricing;

import java.util.Locale;

/** What a rate is for. In catalogue files the name in lower case. */
public enum Unit {
  /** Text input that was neither read from nor written to a cache. */
  INPUT(true),
  CACHE_READ(true),
  /** Cache writes of a provider that sells one lifetime only. */
  CACHE_WRITE(true),
  CACHE_WRITE_5M(true),
  CACHE_WRITE_1H(true),
  /** Everything generated, reasoning included unless the sheet has a rate for it. */
  OUTPUT(true),
  /** Reasoning, where the sheet prices it apart. */
  REASONING(true),
  AUDIO_INPUT(true),
  /** Audio read from a cache, where the sheet prices it apart. */
  AUDIO_CACHE_READ(true),
  AUDIO_OUTPUT(true),
  IMAGE_INPUT(true),
  /** Images read from a cache, where the sheet prices it apart. */
  IMAGE_CACHE_READ(true),
  IMAGE_OUTPUT(true),
  /** The call itself. */
  REQUEST(false),
  /** A second of audio or video. */
  SECOND(false),
  PAGE(false),
  CHARACTER(false),
  /** An image, where images are sold by the piece. */
  IMAGE(false),
  /** A search with up to so many documents, as rerankers count it. */
  SEARCH_UNIT(false);

  private final boolean token;
  private final String text = name().toLowerCase(Locale.ROOT);

  Unit(boolean token) {
    this.token = token;
  }

  /** Whether it counts tokens: their rates are per million unless a sheet says otherwise. */
  public boolean isToken() {
    return token;
  }

  /** The name in catalogue files and in {@code token_ledger_prices}. */
  public String text() {
    return text;
  }

  /** The unit of that name, or null. */
  static Unit of(String text) {
    for (Unit unit : values()) {
      if (unit.text().equals(text)) {
        return unit;
      }
    }
    return null;
  }
}
