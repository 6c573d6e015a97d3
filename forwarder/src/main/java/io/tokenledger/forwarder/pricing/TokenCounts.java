package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;

/**
 * The counts of a row or of one of its iterations; null is "not reported".
 *
 * @param cachedAudio part of {@code cacheRead} that is audio
 * @param cachedImage part of {@code cacheRead} that is images
 */
public record TokenCounts(
    Long input,
    Long output,
    Long cacheRead,
    Long cacheWrite,
    Long cacheWrite5m,
    Long cacheWrite1h,
    Long reasoning,
    Long audioInput,
    Long audioOutput,
    Long imageInput,
    Long imageOutput,
    Long cachedAudio,
    Long cachedImage) {

  static TokenCounts of(UsageRecord usage) {
    CachedModalities cached = CachedModalities.of(usage);
    return new TokenCounts(
        usage.get(UsageField.INPUT_TOKENS),
        usage.get(UsageField.OUTPUT_TOKENS),
        firstKnown(usage.get(UsageField.CACHE_READ_TOKENS), usage.get(UsageField.CACHED_TOKENS)),
        usage.get(UsageField.CACHE_WRITE_TOKENS),
        usage.get(UsageField.CACHE_WRITE_5M_TOKENS),
        usage.get(UsageField.CACHE_WRITE_1H_TOKENS),
        usage.get(UsageField.REASONING_TOKENS),
        usage.get(UsageField.AUDIO_INPUT_TOKENS),
        usage.get(UsageField.AUDIO_OUTPUT_TOKENS),
        usage.get(UsageField.IMAGE_INPUT_TOKENS),
        usage.get(UsageField.IMAGE_OUTPUT_TOKENS),
        cached.audio(),
        cached.image());
  }

  /** The counts of a normalised iteration, whose fields are named like the row's columns. */
  static TokenCounts of(JsonNode iteration) {
    return new TokenCounts(
        count(iteration, UsageField.INPUT_TOKENS),
        count(iteration, UsageField.OUTPUT_TOKENS),
        count(iteration, UsageField.CACHE_READ_TOKENS),
        count(iteration, UsageField.CACHE_WRITE_TOKENS),
        count(iteration, UsageField.CACHE_WRITE_5M_TOKENS),
        count(iteration, UsageField.CACHE_WRITE_1H_TOKENS),
        count(iteration, UsageField.REASONING_TOKENS),
        count(iteration, UsageField.AUDIO_INPUT_TOKENS),
        count(iteration, UsageField.AUDIO_OUTPUT_TOKENS),
        count(iteration, UsageField.IMAGE_INPUT_TOKENS),
        count(iteration, UsageField.IMAGE_OUTPUT_TOKENS),
        null,
        null);
  }

  /** Counts that are charged as they are, whatever was processed. */
  static TokenCounts billed(Long input, Long output, Long imageInput) {
    Long withImages = imageInput == null ? input : Long.valueOf(known(input) + imageInput);
    return new TokenCounts(
        withImages, output, null, null, null, null, null, null, null, imageInput, null, null, null);
  }

  boolean areUnknown() {
    return input == null && output == null;
  }

  boolean anyAboveZero() {
    return known(input) > 0 || known(output) > 0;
  }

  static long known(Long count) {
    return count == null ? 0 : count;
  }

  private static Long count(JsonNode object, UsageField<Long> field) {
    JsonNode value = object.path(field.columnName());
    return value.isNumber() ? Long.valueOf(value.longValue()) : null;
  }

  private static Long firstKnown(Long first, Long second) {
    return first != null ? first : second;
  }
}
