package io.tokenledger.forwarder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds up the charges of a batch by day and dimensions and upserts them into {@code
 * token_ledger_daily}: the same arithmetic as the view {@code token_ledger_charges}, in memory,
 * because reading the rows back costs more than the sum. A test compares the two. Not thread-safe.
 */
final class DailyRollup {
  private static final List<UsageField<String>> DIMENSIONS =
      List.of(
          UsageField.APP_NAME,
          UsageField.ENVIRONMENT,
          UsageField.TEAM,
          UsageField.FEATURE,
          UsageField.PROJECT,
          UsageField.COST_CENTER);

  private static final List<String> KEY_COLUMNS =
      Stream.of(
              Stream.of("day", "provider", "api", "model"),
              DIMENSIONS.stream().map(UsageField::columnName),
              Stream.of("billed", "repeat"))
          .flatMap(part -> part)
          .toList();

  /** Counted as bigint. */
  private static final List<String> COUNTS =
      List.of(
          "calls",
          "charges",
          "errors",
          "partial_calls",
          "input_tokens_unknown",
          "output_tokens_unknown",
          "cache_read_tokens_unknown",
          "cache_write_tokens_unknown",
          "cost_unknown",
          "cost_assumed",
          "unpriced",
          "zero_cost",
          "duration_unknown");

  /** Summed as numeric, and the duration as double precision. */
  private static final List<String> SUMS =
      List.of(
          "input_tokens",
          "output_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "cost_usd",
          "duration_ms");

  private static final String UPSERT = upsert();

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Map<Key, Sums> sums = new TreeMap<>();

  /** One combination of dimensions; ordered, so that all forwarders lock rows in the same order. */
  private record Key(List<String> parts) implements Comparable<Key> {
    private static final Comparator<String> NULLS_FIRST =
        Comparator.nullsFirst(Comparator.naturalOrder());

    @Override
    public int compareTo(Key other) {
      return Arrays.compare(
          parts.toArray(new String[0]), other.parts.toArray(new String[0]), NULLS_FIRST);
    }
  }

  private static final class Sums {
    final long[] counts = new long[COUNTS.size()];
    final BigDecimal[] amounts = new BigDecimal[SUMS.size() - 1];
    double durationMs;

    Sums() {
      Arrays.fill(amounts, BigDecimal.ZERO);
    }

    /** 1 while rows are added, -1 while they are taken out. */
    int sign = 1;

    void count(String name, boolean add) {
      if (add) {
        counts[COUNTS.indexOf(name)] += sign;
      }
    }

    void add(String name, String unknown, BigDecimal amount) {
      count(unknown, amount == null);
      if (amount != null) {
        int index = SUMS.indexOf(name);
        amounts[index] = sign > 0 ? amounts[index].add(amount) : amounts[index].subtract(amount);
      }
    }
  }

  /** Adds the charges of a row. */
  void add(EventRow row) {
    UsageRecord usage = row.usage();
    JsonNode passes = passes(row);
    if (passes == null) {
      Sums target = target(row, model(usage, null));
      addCall(target, row);
      addCharge(target, row, field -> decimal(usage.get(field)), row.cost().costUsd());
      return;
    }
    for (int i = 0; i < passes.size(); i++) {
      JsonNode pass = passes.get(i);
      Sums target = target(row, model(usage, pass));
      if (i == 0) {
        addCall(target, row);
      }
      addCharge(
          target,
          row,
          field -> decimal(pass.get(field.columnName())),
          decimal(pass.get("cost_usd")));
    }
  }

  /** Puts a row's new cost in the place of its earlier one; nothing else of the row may differ. */
  void replace(EventRow before, EventRow after) {
    charge(before, -1);
    charge(after, 1);
  }

  private void charge(EventRow row, int sign) {
    UsageRecord usage = row.usage();
    JsonNode passes = passes(row);
    int charges = passes == null ? 1 : passes.size();
    for (int i = 0; i < charges; i++) {
      JsonNode pass = passes == null ? null : passes.get(i);
      Sums target = target(row, model(usage, pass));
      target.sign = sign;
      addCharge(
          target,
          row,
          field -> pass == null ? decimal(usage.get(field)) : decimal(pass.get(field.columnName())),
          pass == null ? row.cost().costUsd() : decimal(pass.get("cost_usd")));
      target.sign = 1;
    }
  }

  /** Writes the sums within the connection's transaction. */
  void write(Connection connection) throws SQLException {
    if (sums.isEmpty()) {
      return;
    }
    List<Key> keys = new ArrayList<>(sums.keySet());
    List<Sums> values = new ArrayList<>(sums.values());
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      int parameter = 1;
      for (int column = 0; column < KEY_COLUMNS.size(); column++) {
        int part = column;
        Object[] column_ = keys.stream().map(key -> key.parts().get(part)).toArray();
        statement.setArray(parameter++, connection.createArrayOf("text", column_));
      }
      for (int i = 0; i < COUNTS.size(); i++) {
        int index = i;
        Object[] column = values.stream().map(sum -> sum.counts[index]).toArray();
        statement.setArray(parameter++, connection.createArrayOf("bigint", column));
      }
      for (int i = 0; i < SUMS.size() - 1; i++) {
        int index = i;
        Object[] column = values.stream().map(sum -> sum.amounts[index]).toArray();
        statement.setArray(parameter++, connection.createArrayOf("numeric", column));
      }
      Object[] durations = values.stream().map(sum -> sum.durationMs).toArray();
      statement.setArray(parameter, connection.createArrayOf("float8", durations));
      statement.executeUpdate();
    }
  }

  private Sums target(EventRow row, String model) {
    UsageRecord usage = row.usage();
    List<String> parts = new ArrayList<>(KEY_COLUMNS.size());
    parts.add(LocalDate.ofInstant(row.timestamp(), ZoneOffset.UTC).toString());
    parts.add(usage.get(UsageField.PROVIDER));
    parts.add(usage.get(UsageField.API));
    parts.add(model);
    for (UsageField<String> dimension : DIMENSIONS) {
      parts.add(usage.get(dimension));
    }
    parts.add(Boolean.toString(!Boolean.FALSE.equals(usage.get(UsageField.BILLED))));
    parts.add(Boolean.toString(Repeats.isRepeat(usage)));
    return sums.computeIfAbsent(new Key(parts), key -> new Sums());
  }

  private static void addCall(Sums target, EventRow row) {
    UsageRecord usage = row.usage();
    target.count("calls", true);
    target.count("errors", !"success".equals(usage.get(UsageField.STATUS)));
    target.count("partial_calls", !"complete".equals(usage.get(UsageField.COMPLETION)));
    Double duration = usage.get(UsageField.DURATION_MS);
    target.count("duration_unknown", duration == null);
    target.durationMs += duration == null ? 0 : duration;
  }

  private static void addCharge(
      Sums target, EventRow row, Function<UsageField<Long>, BigDecimal> tokens, BigDecimal cost) {
    target.count("charges", true);
    target.add("input_tokens", "input_tokens_unknown", tokens.apply(UsageField.INPUT_TOKENS));
    target.add("output_tokens", "output_tokens_unknown", tokens.apply(UsageField.OUTPUT_TOKENS));
    target.add(
        "cache_read_tokens",
        "cache_read_tokens_unknown",
        tokens.apply(UsageField.CACHE_READ_TOKENS));
    target.add(
        "cache_write_tokens",
        "cache_write_tokens_unknown",
        tokens.apply(UsageField.CACHE_WRITE_TOKENS));
    target.add("cost_usd", "cost_unknown", cost);
    target.count("cost_assumed", !row.cost().notes().isEmpty());
    target.count("unpriced", cost == null && row.cost().lacksPrice());
    target.count("zero_cost", cost != null && cost.signum() == 0 && anyTokens(tokens));
  }

  private static boolean anyTokens(Function<UsageField<Long>, BigDecimal> tokens) {
    return isAboveZero(tokens.apply(UsageField.INPUT_TOKENS))
        || isAboveZero(tokens.apply(UsageField.OUTPUT_TOKENS));
  }

  private static boolean isAboveZero(BigDecimal value) {
    return value != null && value.signum() > 0;
  }

  private static String model(UsageRecord usage, JsonNode pass) {
    if (pass != null && pass.hasNonNull("model")) {
      return pass.get("model").asText();
    }
    String served = usage.get(UsageField.MODEL);
    return served != null ? served : usage.get(UsageField.REQUEST_MODEL);
  }

  private static JsonNode passes(EventRow row) {
    String json = row.cost().pricedIterations();
    json = json != null ? json : row.usage().get(UsageField.ITERATIONS);
    if (json == null) {
      return null;
    }
    try {
      JsonNode passes = JSON.readTree(json);
      return passes.isArray() && !passes.isEmpty() ? passes : null;
    } catch (JsonProcessingException damaged) {
      return null; // the database refuses the row, and with it this sum
    }
  }

  private static BigDecimal decimal(Long value) {
    return value == null ? null : BigDecimal.valueOf(value);
  }

  private static BigDecimal decimal(JsonNode value) {
    return value == null || value.isNull() ? null : new BigDecimal(value.asText());
  }

  private static String upsert() {
    List<String> columns = Stream.of(KEY_COLUMNS, COUNTS, SUMS).flatMap(List::stream).toList();
    String arrays =
        columns.stream()
            .map(
                name ->
                    KEY_COLUMNS.contains(name)
                        ? "?::text[]"
                        : COUNTS.contains(name)
                            ? "?::bigint[]"
                            : name.equals("duration_ms") ? "?::float8[]" : "?::numeric[]")
            .collect(Collectors.joining(", "));
    String select =
        columns.stream()
            .map(
                name ->
                    switch (name) {
                      case "day" -> "day::date";
                      case "billed", "repeat" -> name + "::boolean";
                      default -> name;
                    })
            .collect(Collectors.joining(", "));
    String updates =
        columns.stream()
            .filter(name -> !KEY_COLUMNS.contains(name))
            .map(name -> name + " = d." + name + " + EXCLUDED." + name)
            .collect(Collectors.joining(", "));
    String names = String.join(", ", columns);
    return "INSERT INTO token_ledger.token_ledger_daily AS d ("
        + names
        + ") SELECT "
        + select
        + " FROM unnest("
        + arrays
        + ") AS batch ("
        + names
        + ") ON CONFLICT ("
        + String.join(", ", KEY_COLUMNS)
        + ") DO UPDATE SET "
        + updates;
  }
}
