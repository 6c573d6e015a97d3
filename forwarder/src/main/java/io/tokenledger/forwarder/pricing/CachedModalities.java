package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;

/**
 * What the tokens read from a cache were made of, where the provider says so: Gemini's {@code
 * cacheTokensDetails} (in interactions {@code cached_tokens_by_modality}), OpenAI's {@code
 * cached_tokens_details}.
 *
 * @param audio null where the provider says nothing of what was cached
 * @param image as for audio
 */
record CachedModalities(Long audio, Long image) {
  private static final CachedModalities UNSAID = new CachedModalities(null, null);
  private static final List<String> GEMINI_LISTS =
      List.of("cacheTokensDetails", "cached_tokens_by_modality");
  private static final String OPENAI = "cached_tokens_details";
  private static final List<String> OPENAI_INPUT =
      List.of("prompt_tokens_details", "input_tokens_details", "input_token_details");

  /** The number of a modality in Google's API definition, as {@code enum-encoding=int} answers. */
  private static final int IMAGE_NUMBER = 2;

  private static final int AUDIO_NUMBER = 4;

  static CachedModalities of(UsageRecord usage) {
    String raw = usage.get(UsageField.USAGE_RAW);
    if (raw == null || !says(raw)) {
      return UNSAID;
    }
    JsonNode counts = Json.parse(raw);
    for (String list : GEMINI_LISTS) {
      if (counts.path(list).isArray()) {
        return new CachedModalities(
            sum(counts.path(list), "audio", AUDIO_NUMBER),
            sum(counts.path(list), "image", IMAGE_NUMBER));
      }
    }
    for (String input : OPENAI_INPUT) {
      JsonNode cached = counts.path(input).path(OPENAI);
      if (cached.isObject()) {
        return new CachedModalities(
            cached.path("audio_tokens").asLong(), cached.path("image_tokens").asLong());
      }
    }
    return UNSAID;
  }

  private static boolean says(String raw) {
    for (String list : GEMINI_LISTS) {
      if (raw.contains(list)) {
        return true;
      }
    }
    return raw.contains(OPENAI);
  }

  private static long sum(JsonNode parts, String name, int number) {
    long sum = 0;
    for (JsonNode part : parts) {
      JsonNode modality = part.path("modality");
      boolean named =
          modality.isNumber()
              ? modality.asInt() == number
              : modality.asText().equalsIgnoreCase(name);
      if (named) {
        sum += part.path("tokenCount").asLong() + part.path("tokens").asLong();
      }
    }
    return sum;
  }
}
