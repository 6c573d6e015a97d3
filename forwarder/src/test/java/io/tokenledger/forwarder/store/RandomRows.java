package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.rollup.Rollups;
import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Rows of every shape that a ledger may hold: unknowns, iterations, repeats, empty and absent text.
 */
final class RandomRows {
  private static final Instant START = Instant.parse("2026-02-27T22:30:00.123456Z");
  private static final long SPAN_SECONDS = 3 * 86_400;
  private static final List<String> REASONS =
      List.of("unknown_model", "usage_unknown", "error_not_billed", "no_rate", "commitment");

  private final Random random;

  RandomRows(long seed) {
    random = new Random(seed);
  }

  List<EventRow> next(int count) {
    List<EventRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(next());
    }
    return rows;
  }

  private EventRow next() {
    Instant time = START.plusSeconds(random.nextLong(SPAN_SECONDS));
    boolean repeat = random.nextInt(10) == 0;
    UsageRecord.Builder usage =
        UsageRecord.builder()
            .set(UsageField.EVENT_ID, UUID.randomUUID())
            .set(UsageField.TIMESTAMP, time)
            .set(UsageField.PROVIDER, text("openai", "anthropic"))
            .set(UsageField.API, text("openai.chat"))
            .set(UsageField.MODEL, text("gpt-5", "Modèle ü"))
            .set(UsageField.REQUEST_MODEL, text("asked"))
            .set(UsageField.SERVICE_TIER, text("batch"))
            .set(UsageField.APP_NAME, text("shop", "shop2"))
            .set(UsageField.ENVIRONMENT, text("prod"))
            .set(UsageField.TEAM, text("a", "b"))
            .set(UsageField.FEATURE, text("b"))
            .set(UsageField.PROJECT, text("p"))
            .set(UsageField.COST_CENTER, text("c"))
            .set(UsageField.ORGANIZATION_ID, text("o"))
            .set(UsageField.API_KEY_FINGERPRINT, text("k"))
            .set(UsageField.BILLING_ACCOUNT, text("acct"))
            .set(UsageField.USER_ID, text("u1", "u2"))
            .set(UsageField.BILLED, one(true, true, false, null))
            .set(UsageField.STATUS, one("success", "success", "error", "timeout", null))
            .set(UsageField.COMPLETION, one("complete", "partial", null))
            .set(UsageField.USAGE_NOTE, repeat ? List.of("counted_elsewhere") : null)
            .set(UsageField.DURATION_MS, latency())
            .set(UsageField.TIME_TO_FIRST_TOKEN_MS, latency());
    if (!repeat) {
      usage
          .set(UsageField.INPUT_TOKENS, tokens())
          .set(UsageField.OUTPUT_TOKENS, tokens())
          .set(UsageField.CACHE_READ_TOKENS, tokens())
          .set(UsageField.CACHE_WRITE_TOKENS, tokens())
          .set(UsageField.REASONING_TOKENS, tokens())
          .set(UsageField.ITERATIONS, random.nextInt(4) == 0 ? iterations() : null);
    }
    UsageRecord record = usage.build();
    return new EventRow(
        UUID.randomUUID(), random.nextInt(1 << 20), time, null, time, record, cost(record));
  }

  /** The same row at another cost. */
  EventRow repriced(EventRow row) {
    return new EventRow(
        row.sourceId(),
        row.seq(),
        row.timestamp(),
        row.agentTimestamp(),
        row.ingestedAt(),
        row.usage(),
        cost(row.usage()));
  }

  private RowCost cost(UsageRecord usage) {
    BigDecimal cost = money();
    boolean passes = usage.get(UsageField.ITERATIONS) != null && random.nextBoolean();
    return new RowCost(
        cost,
        money(),
        null,
        null,
        null,
        null,
        null,
        null,
        cost == null ? null : "catalogue",
        cost == null ? null : "sheet",
        one(List.of(), List.of("ttl_assumed")),
        cost == null ? one(REASONS.toArray(String[]::new)) : null,
        passes ? iterations() : null);
  }

  private String iterations() {
    StringBuilder json = new StringBuilder("[");
    int passes = random.nextInt(4);
    for (int i = 0; i < passes; i++) {
      json.append(i == 0 ? "{" : ",{").append("\"type\":\"message\"");
      field(json, "model", one("\"haiku\"", null, "null"));
      field(json, "input_tokens", one("7", "0", null, "null"));
      field(json, "output_tokens", one("11", "0", null));
      field(json, "cache_read_tokens", one("3", null));
      field(json, "reasoning_tokens", one("9223372036854775807", null));
      field(json, "cost_usd", one("0.00123", "0", "1.5E-9", "\"0.25\"", null, "null"));
      json.append('}');
    }
    return json.append(']').toString();
  }

  private static void field(StringBuilder json, String name, String value) {
    if (value != null) {
      json.append(",\"").append(name).append("\":").append(value);
    }
  }

  private Long tokens() {
    return one(null, 0L, 1L + random.nextInt(1000), 1L + random.nextInt(1000), Long.MAX_VALUE);
  }

  private BigDecimal money() {
    return one(
        null,
        BigDecimal.ZERO,
        BigDecimal.valueOf(random.nextInt(1 << 20), 9),
        new BigDecimal("1E+3"));
  }

  private Double latency() {
    return one(
        null,
        0.0,
        0.0005,
        Math.exp(random.nextDouble() * 16),
        Math.exp(random.nextDouble() * 16),
        1024.0,
        -1.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        5e6);
  }

  /** Absent, empty, or one of these. */
  private String text(String... values) {
    return switch (random.nextInt(6)) {
      case 0 -> null;
      case 1 -> "";
      default -> one(values);
    };
  }

  @SafeVarargs
  private <T> T one(T... values) {
    return values[random.nextInt(values.length)];
  }

  /** Empties the ledger, as migrate leaves it: quicker than a new one. */
  static void clear(Database database) throws SQLException {
    SchemaMigrationTest.execute(
        database,
        "TRUNCATE token_ledger.token_ledger_events, token_ledger.token_ledger_hourly,"
            + " token_ledger.token_ledger_daily, token_ledger.token_ledger_daily_users,"
            + " token_ledger.token_ledger_latency, token_ledger.token_ledger_repricings;"
            + " UPDATE token_ledger.token_ledger_retention SET floor = '2020-01-01 00:00:00+00',"
            + " hourly_floor = '2020-01-01 00:00:00+00'");
  }

  /** Writes rows and their rollups as a drain does. */
  static void write(Database database, List<EventRow> rows, Shard shard) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Partitions.ensure(connection, rows.stream().map(EventRow::timestamp).toList());
      new EventCopyWriter().write(connection, rows);
      rollUp(connection, rows, shard);
      connection.commit();
    }
  }

  static void rollUp(Connection connection, List<EventRow> rows, Shard shard) throws SQLException {
    Rollups rollups = new Rollups(shard);
    rows.forEach(rollups::add);
    rollups.write(connection);
  }
}
