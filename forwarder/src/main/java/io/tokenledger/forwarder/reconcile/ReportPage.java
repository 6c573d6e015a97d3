package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A page of a report, as OpenAI and Anthropic publish them: buckets of time, each with results. */
final class ReportPage {
  /** Turns one result into lines. */
  @FunctionalInterface
  interface ResultReader {
    List<BillLine> read(ReportResult result);
  }

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

  /** Whether there are pages after this one. */
  boolean hasMore() {
    if (!root.path("has_more").isBoolean()) {
      throw new IllegalArgumentException("no 'has_more', which says whether this is the last page");
    }
    return root.path("has_more").booleanValue();
  }

  /** What to ask for the page after this one; null when this is the last. */
  String next() {
    if (!hasMore()) {
      return null;
    }
    if (!root.path("next_page").isTextual()) {
      throw new IllegalArgumentException("'has_more' is true, and there is no 'next_page'");
    }
    return root.path("next_page").textValue();
  }

  /**
   * Every result's lines.
   *
   * @param begin the first instant of a bucket
   */
  List<BillLine> lines(Function<JsonNode, Instant> begin, ResultReader reader) {
    List<BillLine> lines = new ArrayList<>();
    for (JsonNode bucket : root.path("data")) {
      LocalDate day = day(begin, bucket);
      JsonNode results = bucket.path("results");
      if (!results.isArray()) {
        throw new IllegalArgumentException("bucket of " + day + ": no array 'results'");
      }
      for (int i = 0; i < results.size(); i++) {
        String where = "bucket of " + day + ", result " + (i + 1);
        lines.addAll(reader.read(new ReportResult(day, where, results.get(i))));
      }
    }
    return lines;
  }

  /** The days that it has buckets of; one without results says that nothing was used. */
  Set<LocalDate> days(Function<JsonNode, Instant> begin) {
    Set<LocalDate> days = new HashSet<>();
    root.path("data").forEach(bucket -> days.add(day(begin, bucket)));
    return days;
  }

  private static LocalDate day(Function<JsonNode, Instant> begin, JsonNode bucket) {
    return LocalDate.ofInstant(begin.apply(bucket), ZoneOffset.UTC);
  }
}
