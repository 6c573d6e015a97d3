package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What providers publish, by the shape of the file. */
public enum BillFormat {
  /** Pages of {@code /v1/organization/usage/*}: input holds the cached part. */
  OPENAI_USAGE {
    @Override
    List<BillLine> read(String content) {
      List<BillLine> lines = new ArrayList<>();
      for (JsonNode bucket : json(content).path("data")) {
        LocalDate day = day(Instant.ofEpochSecond(bucket.path("start_time").asLong()));
        for (JsonNode result : bucket.path("results")) {
          String account = named(result, "project_id");
          BigDecimal cached = count(result, "input_cached_tokens");
          BigDecimal fresh = count(result, "input_tokens").subtract(cached);
          lines.add(new BillLine(day, account, BillLine.Kind.FRESH_INPUT, fresh, null));
          lines.add(new BillLine(day, account, BillLine.Kind.CACHE_READ, cached, null));
          BigDecimal output = count(result, "output_tokens");
          lines.add(new BillLine(day, account, BillLine.Kind.OUTPUT, output, null));
        }
      }
      return lines;
    }
  },
  /** Pages of {@code /v1/organization/costs}. */
  OPENAI_COSTS {
    @Override
    List<BillLine> read(String content) {
      List<BillLine> lines = new ArrayList<>();
      for (JsonNode bucket : json(content).path("data")) {
        LocalDate day = day(Instant.ofEpochSecond(bucket.path("start_time").asLong()));
        for (JsonNode result : bucket.path("results")) {
          onlyUsd(result.path("amount").path("currency").asText());
          lines.add(
              new BillLine(
                  day,
                  named(result, "project_id"),
                  BillLine.Kind.OTHER,
                  null,
                  decimal(result.path("amount").path("value").asText())));
        }
      }
      return lines;
    }
  },
  /** Pages of {@code /v1/organizations/usage_report/messages}: input without the cached parts. */
  ANTHROPIC_USAGE {
    @Override
    List<BillLine> read(String content) {
      List<BillLine> lines = new ArrayList<>();
      for (JsonNode bucket : json(content).path("data")) {
        LocalDate day = day(Instant.parse(bucket.path("starting_at").asText()));
        for (JsonNode result : bucket.path("results")) {
          String account = named(result, "workspace_id");
          JsonNode writes = result.path("cache_creation");
          BigDecimal written =
              count(writes, "ephemeral_5m_input_tokens")
                  .add(count(writes, "ephemeral_1h_input_tokens"));
          BigDecimal fresh = count(result, "uncached_input_tokens");
          BigDecimal read = count(result, "cache_read_input_tokens");
          lines.add(new BillLine(day, account, BillLine.Kind.FRESH_INPUT, fresh, null));
          lines.add(new BillLine(day, account, BillLine.Kind.CACHE_READ, read, null));
          lines.add(new BillLine(day, account, BillLine.Kind.CACHE_WRITE, written, null));
          BigDecimal output = count(result, "output_tokens");
          lines.add(new BillLine(day, account, BillLine.Kind.OUTPUT, output, null));
        }
      }
      return lines;
    }
  },
  /** Pages of {@code /v1/organizations/cost_report}: amounts are decimal text, in cents. */
  ANTHROPIC_COSTS {
    @Override
    List<BillLine> read(String content) {
      List<BillLine> lines = new ArrayList<>();
      for (JsonNode bucket : json(content).path("data")) {
        LocalDate day = day(Instant.parse(bucket.path("starting_at").asText()));
        for (JsonNode result : bucket.path("results")) {
          onlyUsd(result.path("currency").asText());
          BigDecimal usd = decimal(result.path("amount").asText()).movePointLeft(2);
          String account = named(result, "workspace_id");
          lines.add(new BillLine(day, account, BillLine.Kind.OTHER, null, usd));
        }
      }
      return lines;
    }
  },
  /** Lines of an AWS cost and usage report as CSV; only Amazon Bedrock's are taken. */
  AWS_CUR {
    @Override
    List<BillLine> read(String content) {
      List<BillLine> lines = new ArrayList<>();
      for (Csv.Row row : Csv.read(content)) {
        if (row.get("line_item_product_code").contains("Bedrock")) {
          lines.add(
              new BillLine(
                  LocalDate.parse(row.get("line_item_usage_start_date").substring(0, 10)),
                  row.get("line_item_usage_account_id"),
                  BillLine.Kind.OTHER,
                  null,
                  decimal(row.get("line_item_unblended_cost"))));
        }
      }
      return lines;
    }
  },
  /** Columns {@code day, account, class, tokens, amount_usd}; a field may be empty. */
  CSV {
    @Override
    List<BillLine> read(String content) {
      List<BillLine> lines = new ArrayList<>();
      for (Csv.Row row : Csv.read(content)) {
        String kind = row.get("class");
        lines.add(
            new BillLine(
                LocalDate.parse(row.get("day")),
                emptyToNull(row.get("account")),
                kind.isEmpty()
                    ? BillLine.Kind.OTHER
                    : BillLine.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                row.get("tokens").isEmpty() ? null : decimal(row.get("tokens")),
                row.get("amount_usd").isEmpty() ? null : decimal(row.get("amount_usd"))));
      }
      return lines;
    }
  };

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** The lines of a file; throws {@link BillException} or a parsing failure of the JDK's. */
  abstract List<BillLine> read(String content);

  /**
   * Reads a file.
   *
   * @param name what to call it in a complaint
   * @throws BillException when it has another shape, with a sentence that says so
   */
  public Bill parse(String name, String content) {
    try {
      return new Bill(read(content));
    } catch (IllegalArgumentException | java.time.DateTimeException | IndexOutOfBoundsException e) {
      throw new BillException(
          name + " is not of the format " + text() + " (" + e.getMessage() + ").");
    }
  }

  /** The name in options. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static JsonNode json(String content) {
    try {
      JsonNode root = JSON.readTree(content);
      if (!root.path("data").isArray()) {
        throw new IllegalArgumentException("no array 'data'");
      }
      return root;
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("no JSON");
    }
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static String named(JsonNode object, String key) {
    return object.path(key).textValue();
  }

  private static BigDecimal count(JsonNode object, String key) {
    return object.path(key).isNumber() ? object.path(key).decimalValue() : BigDecimal.ZERO;
  }

  private static BigDecimal decimal(String text) {
    return new BigDecimal(text);
  }

  private static String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static void onlyUsd(String currency) {
    if (!currency.equalsIgnoreCase("usd")) {
      throw new IllegalArgumentException("amounts in " + currency + ", not USD");
    }
  }
}
