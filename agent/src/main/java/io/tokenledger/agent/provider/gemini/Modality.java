package io.tokenledger.agent.provider.gemini;

/**
 * What tokens are made of. Written in capitals, in small letters (interactions) or, with {@code
 * enum-encoding=int}, as the number that Google's API definition gives it.
 */
enum Modality {
  IMAGE(2),
  VIDEO(3),
  AUDIO(4),
  DOCUMENT(5);

  private final long number;

  Modality(long number) {
    this.number = number;
  }

  boolean isNamed(Object written) {
    return written instanceof Long value
        ? value == number
        : written instanceof String name && name.equalsIgnoreCase(name());
  }
}
