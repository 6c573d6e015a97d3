package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes in by binary COPY comes out by SQL, for every type at its edges. */
@ExtendWith(PostgresExtension.class)
class EventCopyWriterTest {
  private static final Instant TIME = Instant.parse("2026-02-28T23:59:59.999999Z");
  private Database database;

  @BeforeEach
  void open(PostgresSettings settings) throws SQLException {
    database = Database.open(settings);
    database.migrate();
    SchemaMigrationTest.query(database, "SELECT token_ledger.ensure_partition('2026-02-01')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void everyFieldOfARecordComesBackEqual() throws SQLException {
    UsageRecord.Builder builder = usage();
    for (UsageField<?> field : UsageField.ALL) {
      if (builder.get(field) == null) {
        setSample(builder, field);
      }
    }
    UsageRecord usage = builder.build();

    write(new EventRow(UUID.randomUUID(), Long.MAX_VALUE, TIME, null, TIME, usage, cost(null)));

    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM token_ledger_events")) {
      assertThat(row.next()).isTrue();
      for (UsageField<?> field : UsageField.ALL) {
        assertThat(read(row, field)).as(field.columnName()).isEqualTo(usage.get(field));
      }
      assertThat(row.getLong("source_seq")).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void anAbsentValueIsNull() throws SQLException {
    UsageRecord usage = usage().build();

    write(new EventRow(UUID.randomUUID(), 0, TIME, null, TIME, usage, cost(null)));

    assertThat(
            SchemaMigrationTest.query(
                database,
                "SELECT key FROM token_ledger_events e, jsonb_each(to_jsonb(e)) WHERE value <> 'null' ORDER BY key"))
        .containsExactly(
            "cost_source", "event_id", "ingested_at", "source_id", "source_seq", "timestamp");
  }

  @Test
  void numbersOfAnySizeAndScaleStayExact() throws SQLException {
    List<BigDecimal> numbers = new ArrayList<>();
    for (String text :
        List.of(
            "0",
            "0.00",
            "0.00680715",
            "-0.00680715",
            "1",
            "10",
            "9999",
            "10000",
            "10001",
            "0.0001",
            "0.00001",
            "1E+20",
            "123456789012345678901234567890.123456789012345678901234567890",
            "1e-30",
            "100000000",
            "-99999999.9999",
            "0.3",
            "20000.0002")) {
      numbers.add(new BigDecimal(text));
    }
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      numbers.add(
          new BigDecimal(
              new java.math.BigInteger(random.nextInt(200), random), random.nextInt(40) - 5));
    }
    EventRow[] rows = new EventRow[numbers.size()];
    for (int i = 0; i < rows.length; i++) {
      UsageRecord usage = usage().set(UsageField.EVENT_ID, new UUID(0, i)).build();
      rows[i] = new EventRow(new UUID(1, 1), i, TIME, null, TIME, usage, cost(numbers.get(i)));
    }

    write(rows);

    List<String> read =
        SchemaMigrationTest.query(
            database, "SELECT cost_usd::text FROM token_ledger_events ORDER BY source_seq");
    for (int i = 0; i < rows.length; i++) {
      assertThat(read.get(i))
          .isEqualTo(numbers.get(i).setScale(Math.max(0, numbers.get(i).scale())).toPlainString());
    }
  }

  @Test
  void timesKeepTheirMicrosecondsOnBothSidesOfTheEpochs() throws SQLException {
    List<Instant> times =
        List.of(
            Instant.parse("1970-01-01T00:00:00.000001Z"),
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            Instant.parse("1999-12-31T23:59:59.999999Z"),
            Instant.parse("2000-01-01T00:00:00Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z"));
    for (int i = 0; i < times.size(); i++) {
      UsageRecord usage = usage().set(UsageField.EVENT_ID, new UUID(0, i)).build();
      write(new EventRow(new UUID(1, 1), i, TIME, times.get(i), TIME, usage, cost(null)));
    }

    assertThat(
            SchemaMigrationTest.query(
                database,
                "SELECT to_char(agent_timestamp, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM token_ledger_events"
                    + " ORDER BY source_seq"))
        .containsExactly(
            "1970-01-01T00:00:00.000001Z",
            "1969-12-31T23:59:59.999999Z",
            "1999-12-31T23:59:59.999999Z",
            "2000-01-01T00:00:00.000000Z",
            "9999-12-31T23:59:59.999999Z");
  }

  @Test
  void fieldsOfANewerAgentAreKept() throws SQLException {
    UsageRecord usage =
        usage().set(UsageField.METADATA_EXTRA, "{\"a\": 1}").unknown("new_tokens", 5).build();

    write(new EventRow(UUID.randomUUID(), 0, TIME, null, TIME, usage, cost(null)));

    assertThat(
            SchemaMigrationTest.query(database, "SELECT metadata_extra FROM token_ledger_events"))
        .containsExactly("{\"a\": 1, \"newer_fields\": {\"new_tokens\": 5}}");
  }

  private void write(EventRow... rows) throws SQLException {
    try (Connection connection = database.connect()) {
      new EventCopyWriter().write(connection, List.of(rows));
    }
  }

  private static UsageRecord.Builder usage() {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, UUID.randomUUID())
        .set(UsageField.TIMESTAMP, TIME);
  }

  private static RowCost cost(BigDecimal usd) {
    return new RowCost(
        usd, null, null, null, null, null, null, null, "catalogue", null, List.of(), null, null);
  }

  @SuppressWarnings("unchecked")
  private static void setSample(UsageRecord.Builder builder, UsageField<?> field) {
    switch (field.type()) {
      case UUID -> builder.set((UsageField<UUID>) field, new UUID(-1, Long.MIN_VALUE));
      case INSTANT -> builder.set((UsageField<Instant>) field, TIME);
      case TEXT ->
          builder.set((UsageField<String>) field, "é\t\\N\n\"\uD83D\uDE00 " + field.columnName());
      case JSON -> builder.set((UsageField<String>) field, "{\"a\": [1, null, \"\\\\ é\"]}");
      case LONG -> builder.set((UsageField<Long>) field, Long.MIN_VALUE);
      case INT -> builder.set((UsageField<Integer>) field, Integer.MIN_VALUE);
      case DOUBLE -> builder.set((UsageField<Double>) field, Double.MIN_VALUE);
      case BOOLEAN -> builder.set((UsageField<Boolean>) field, false);
      case DECIMAL ->
          builder.set((UsageField<BigDecimal>) field, new BigDecimal("-0.000000000000000001"));
      case TEXT_LIST -> builder.set((UsageField<List<String>>) field, List.of("a,b", "{\"}", ""));
    }
  }

  private static Object read(ResultSet row, UsageField<?> field) throws SQLException {
    String column = field.columnName();
    return switch (field.type()) {
      case UUID -> row.getObject(column, UUID.class);
      case INSTANT -> row.getTimestamp(column).toInstant();
      case TEXT, JSON -> row.getString(column);
      case LONG -> row.getObject(column, Long.class);
      case INT -> row.getObject(column, Integer.class);
      case DOUBLE -> row.getObject(column, Double.class);
      case BOOLEAN -> row.getObject(column, Boolean.class);
      case DECIMAL -> row.getBigDecimal(column);
      case TEXT_LIST -> {
        Array array = row.getArray(column);
        yield List.of((String[]) array.getArray());
      }
    };
  }
}
