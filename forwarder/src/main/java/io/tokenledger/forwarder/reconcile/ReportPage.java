package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A page of a report, as OpenAI and Anthropic publish them: buckets of time, each with results. */
final class ReportPage {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final JsonNode root;

  private ReportPage(JsonNode root) {
    this.root = root;
  }

  static ReportPage of(String content) {
    try {
      JsonNode root = JSON.readTree(content);
      if (!root.path("data").isArray()) {
        throw new IllegalArgumentException("no array 'data'");
      }
      return new ReportPage(root);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("no JSON");
    }
  }

  /** What to ask for the page after this one; null when this is the last. */
  String next() {
    return root.path("has_more").asBoolean() ? root.path("next_page").textValue() : null;
  }

  /**
   * Every result with the UTC day of its bucket.
   *
   * @param begin the first instant of a bucket
   */
  void forEach(Function<JsonNode, Instant> begin, BiConsumer<LocalDate, JsonNode> result) {
    for (JsonNode bucket : root.path("data")) {
      LocalDate day = LocalDate.ofInstant(begin.apply(bucket), ZoneOffset.UTC);
      bucket.path("results").forEach(entry -> result.accept(day, entry));
    }
  }

  /** The text of a member; null where it is null, or not there. */
  static String text(JsonNode object, String key) {
    return object.path(key).textValue();
  }

  /**
   * A count; zero where it is null, or not there, as neither provider lists what it did not see.
   */
  static BigDecimal count(JsonNode object, String key) {
    return object.path(key).isNumber() ? object.path(key).decimalValue() : BigDecimal.ZERO;
  }

  /** An amount, which both providers write as a number or as text. */
  static BigDecimal usd(JsonNode amount, JsonNode currency) {
    if (!currency.asText().equalsIgnoreCase("usd")) {
      throw new IllegalArgumentException("amounts in " + currency.asText() + ", not USD");
    }
    return new BigDecimal(amount.asText());
  }
}
