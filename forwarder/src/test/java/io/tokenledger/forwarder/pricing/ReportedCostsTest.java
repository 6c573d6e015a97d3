package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Recorded exchanges that carry a cost of the provider's own: ours must be the same, within the
 * provider's rounding, or a line in {@code reported-costs-that-differ} says why not. Needs {@code
 * -Dtranscripts=<folder>}.
 */
class ReportedCostsTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Perplexity rounds each of its three amounts to five places; the others do not round. */
  private static final Map<String, BigDecimal> ROUNDING =
      Map.of("perplexity", new BigDecimal("0.00001"));

  private static final BigDecimal NO_ROUNDING = new BigDecimal("0.0000000001");

  private final CataloguePricer pricer = new CataloguePricer(Catalogue.builtIn());

  @Test
  void computesWhatTheProviderCharged() throws IOException {
    String folder = System.getProperty("transcripts");
    assumeTrue(
        folder != null,
        "recorded costs were not compared: give -Dtranscripts=<folder of recorded exchanges>");
    Map<String, String> allowed = differences();
    Set<String> used = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    int same = 0;
    for (Path exchange : exchanges(Path.of(folder, "exchanges"))) {
      JsonNode expected = read(exchange.resolve("expected.json"));
      BigDecimal reported = decimal(expected, "provider_cost_usd");
      reported = reported != null ? reported : decimal(expected, "gateway_cost_estimate_usd");
      if (reported == null) {
        continue;
      }
      String name = exchange.getFileName().toString();
      String provider = read(exchange.resolve("meta.json")).path("provider").asText();
      RowCost cost = pricer.price(usage(provider, expected));
      if ("reported".equals(cost.source())) {
        assertThat(cost.costUsd()).as(name).isEqualByComparingTo(reported);
        continue; // the catalogue does not have the model
      }
      String difference = difference(provider, reported, cost);
      if (difference == null) {
        same++;
      } else if (allowed.containsKey(name)) {
        used.add(name);
      } else {
        wrong.add(name + " reported " + reported.toPlainString() + ": " + difference);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(used).as("differences that are none any more").isEqualTo(allowed.keySet());
    assertThat(same).isGreaterThanOrEqualTo(13);
  }

  private static String difference(String provider, BigDecimal reported, RowCost cost) {
    if (cost.costUsd() == null) {
      return "unpriced, " + cost.unpricedReason();
    }
    BigDecimal off = cost.costUsd().subtract(reported);
    boolean equal = off.abs().compareTo(ROUNDING.getOrDefault(provider, NO_ROUNDING)) <= 0;
    return equal
        ? null
        : "ours " + cost.costUsd().toPlainString() + " by " + cost.source() + cost.notes();
  }

  private static UsageRecord usage(String provider, JsonNode expected) {
    UsageRecord.Builder usage =
        UsageRecord.builder()
            .set(UsageField.TIMESTAMP, Instant.parse("2026-08-20T12:00:00Z"))
            .set(UsageField.PROVIDER, provider)
            .set(UsageField.MODEL, expected.path("model").textValue())
            .set(UsageField.REQUEST_MODEL, expected.path("request_model").textValue())
            .set(UsageField.SERVICE_TIER, expected.path("service_tier").textValue())
            .set(UsageField.STATUS, "success")
            .set(UsageField.COMPLETION, "complete")
            .set(UsageField.REPORTED_COST_USD, decimal(expected, "provider_cost_usd"))
            .set(
                UsageField.REPORTED_COST_KIND,
                expected.path("usage").path("is_byok").asBoolean() ? "fee" : "charged")
            .set(UsageField.USAGE_RAW, expected.path("usage").toString());
    if (expected.path("server_tool_requests").isObject()) {
      usage.set(UsageField.SERVER_TOOL_REQUESTS, expected.path("server_tool_requests").toString());
    }
    for (UsageField<?> field : UsageField.ALL) {
      if (field.type() == UsageField.Type.LONG && expected.path(field.columnName()).isNumber()) {
        set(usage, field, expected.path(field.columnName()).longValue());
      }
    }
    return usage.build();
  }

  @SuppressWarnings("unchecked")
  private static void set(UsageRecord.Builder usage, UsageField<?> field, long value) {
    usage.set((UsageField<Long>) field, value);
  }

  private static List<Path> exchanges(Path folder) throws IOException {
    try (Stream<Path> exchanges = Files.list(folder)) {
      return exchanges.sorted().toList();
    }
  }

  private static JsonNode read(Path file) throws IOException {
    return JSON.readTree(Files.readString(file));
  }

  private static BigDecimal decimal(JsonNode object, String key) {
    return object.path(key).isNumber() ? object.path(key).decimalValue() : null;
  }

  /** Name of an exchange and the reason, one a line. */
  private static Map<String, String> differences() throws IOException {
    Map<String, String> differences = new TreeMap<>();
    try (InputStream stream =
        ReportedCostsTest.class.getResourceAsStream("/prices/reported-costs-that-differ")) {
      new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> differences.put(line.split(" ", 2)[0], line.split(" ", 2)[1]));
    }
    return differences;
  }
}
