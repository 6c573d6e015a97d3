package io.tokenledger.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/** Tells whether a {@code jsonb} column would take a text. */
final class StorableJson {
  /** Postgres' numeric ends at 131,072 digits; no count or price comes near this exponent. */
  private static final int MAX_EXPONENT_DIGITS = 3;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(200).build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private StorableJson() {}

  /** True if this is one JSON value that Postgres can store, and nothing after it. */
  static boolean isStorable(String json) {
    try (JsonParser parser = JSON.createParser(json)) {
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return false;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.VALUE_NUMBER_FLOAT && !hasModestExponent(parser.getText())) {
          return false;
        }
        parser.getTextLength(); // strings are decoded, and thereby checked, only when asked for
      } while (depth > 0);
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasModestExponent(String number) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    if (e < 0) {
      return true;
    }
    int digits = e + 1;
    while (digits < number.length()
        && (number.charAt(digits) == '+'
            || number.charAt(digits) == '-'
            || number.charAt(digits) == '0')) {
      digits++;
    }
    return number.length() - digits <= MAX_EXPONENT_DIGITS;
  }
}
