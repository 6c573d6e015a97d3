package io.tokenledger.forwarder.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LedgerExportTest {
  private static final Instant CAME = Instant.parse("2026-11-20T13:00:00Z");

  private Database database;

  @BeforeEach
  void open(PostgresSettings settings) throws Exception {
    database = Database.open(settings);
    database.migrate();
    execute("SELECT token_ledger.ensure_partition('2026-11-01')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void csvHasEveryColumnAndSaysExactlyWhatTheRowSays() throws Exception {
    insert(
        "model, user_id, feature, cost_usd, input_tokens, streamed, usage_note, metadata",
        "'a,b', 'say \"hi\"\nthere', '', 0.00000000012300, 0, true, '{cut,anomaly}', '{\"k\": 1}'");

    String csv = export(ExportFormat.CSV);

    String header = csv.substring(0, csv.indexOf("\r\n"));
    assertThat(List.of(header.split(",")))
        .containsExactlyElementsOf(
            query(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'token_ledger_events'::regclass"
                    + " AND attnum > 0 AND NOT attisdropped ORDER BY attnum"));
    Map<String, String> row = csvRows(csv).get(0);
    assertThat(row.get("timestamp")).isEqualTo("2026-11-20T12:34:56.789012Z");
    assertThat(row.get("model")).isEqualTo("a,b");
    assertThat(row.get("user_id")).isEqualTo("say \"hi\"\nthere");
    assertThat(row.get("cost_usd")).isEqualTo("0.000000000123");
    assertThat(row.get("input_tokens")).isEqualTo("0");
    assertThat(row.get("output_tokens")).as("unknown is not zero").isEmpty();
    assertThat(row.get("streamed")).isEqualTo("true");
    assertThat(row.get("usage_note")).isEqualTo("[\"cut\",\"anomaly\"]");
    assertThat(row.get("metadata")).isEqualTo("{\"k\": 1}");
    assertThat(csv).contains(",\"\",");
  }

  @Test
  void jsonLinesHaveExactNumbersAndNullForTheUnknown() throws Exception {
    insert(
        "model, cost_usd, input_tokens, duration_ms, billed, usage_note, metadata",
        "'mödel', 12345678901234567890.123456789012345678, 7, 1.5, false, '{cut}', '{\"k\": [1]}'");
    insert("model", "'second'");

    List<String> lines = export(ExportFormat.JSONL).lines().toList();

    assertThat(lines).hasSize(2);
    JsonNode row = json(lines.get(0).contains("second") ? lines.get(1) : lines.get(0));
    assertThat(row.get("cost_usd").decimalValue())
        .isEqualByComparingTo("12345678901234567890.123456789012345678");
    assertThat(row.get("model").asText()).isEqualTo("mödel");
    assertThat(row.get("input_tokens").isNumber()).isTrue();
    assertThat(row.get("output_tokens").isNull()).isTrue();
    assertThat(row.get("duration_ms").doubleValue()).isEqualTo(1.5);
    assertThat(row.get("billed").isBoolean()).isTrue();
    assertThat(row.at("/usage_note/0").asText()).isEqualTo("cut");
    assertThat(row.at("/metadata/k/0").intValue()).isEqualTo(1);
    assertThat(row.get("timestamp").asText()).isEqualTo("2026-11-20T12:34:56.789012Z");
  }

  @Test
  void focusHasALineForEachChargeClassThatAddUpToTheCost() throws Exception {
    priced("0.0063", "0.0063", "0.001", "0.005", "0.0003");

    List<Map<String, String>> lines = csvRows(export(ExportFormat.FOCUS));

    assertThat(lines)
        .extracting(line -> line.get("x_ChargeClass") + " " + line.get("PricingQuantity"))
        .containsExactly("input 60", "cache_read 40", "output 50");
    assertThat(lines)
        .extracting(line -> line.get("BilledCost"))
        .containsExactly("0.001", "0.0003", "0.005");
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(line)
                    .containsEntry("ChargePeriodStart", "2026-11-20T12:00:00Z")
                    .containsEntry("ChargePeriodEnd", "2026-11-20T13:00:00Z")
                    .containsEntry("BillingPeriodStart", "2026-11-01T00:00:00Z")
                    .containsEntry("BillingPeriodEnd", "2026-12-01T00:00:00Z")
                    .containsEntry("ChargeCategory", "Usage")
                    .containsEntry("BillingCurrency", "USD")
                    .containsEntry("PricingUnit", "Tokens")
                    .containsEntry("x_BilledCostKind", "estimate")
                    .containsEntry("x_FocusVersion", "1.2")
                    .containsEntry("Tags", "{\"team\":\"a\"}"));
  }

  @Test
  void focusDividesAContractedCostByTheListCostsAndLosesNothing() throws Exception {
    priced("0.001", "0.0063", "0.001", "0.005", "0.0003");

    List<Map<String, String>> lines = csvRows(export(ExportFormat.FOCUS));

    assertThat(lines).hasSize(3);
    assertThat(sum(lines, "BilledCost")).isEqualByComparingTo("0.001");
    assertThat(sum(lines, "ListCost")).isEqualByComparingTo("0.0063");
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(new BigDecimal(line.get("BilledCost")))
                    .isLessThan(new BigDecimal(line.get("ListCost"))));
  }

  @Test
  void focusNamesAPartOfTheListCostThatNoClassKnows() throws Exception {
    priced("0.0070", "0.0070", "0.001", "0.005", "0.0003");

    List<Map<String, String>> lines = csvRows(export(ExportFormat.FOCUS));

    assertThat(lines)
        .extracting(line -> line.get("x_ChargeClass"))
        .containsExactly("input", "cache_read", "output", "other");
    assertThat(lines.get(3)).containsEntry("BilledCost", "0.0007").containsEntry("PricingUnit", "");
    assertThat(sum(lines, "BilledCost")).isEqualByComparingTo("0.0070");
  }

  @Test
  void focusHasALineForEachPassUnderItsOwnModel() throws Exception {
    insert(
        "billed, model, cost_usd, list_cost_usd, price_id, iterations",
        "true, 'big', 0.004, 0.005, 'p1', '[{\"model\":\"big\",\"cost_usd\":0.003,\"price_id\":\"p1\","
            + "\"input_tokens\":7,\"output_tokens\":3},{\"model\":\"small\",\"cost_usd\":0.001}]'");

    List<Map<String, String>> lines = csvRows(export(ExportFormat.FOCUS));

    assertThat(lines)
        .extracting(
            line ->
                line.get("SkuId")
                    + " "
                    + line.get("BilledCost")
                    + " "
                    + line.get("ListCost")
                    + " "
                    + line.get("PricingQuantity"))
        .containsExactly("big 0.003 0.00375 10", "small 0.001 0.00125 ");
  }

  @Test
  void focusSaysWhichCostsTheProviderReported() throws Exception {
    insert("billed, model, cost_usd, cost_source", "true, 'm', 0.5, 'reported'");

    assertThat(csvRows(export(ExportFormat.FOCUS)))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .containsEntry("x_ChargeClass", "call")
                    .containsEntry("BilledCost", "0.5")
                    .containsEntry("ListCost", "0.5")
                    .containsEntry("x_BilledCostKind", "reported"));
  }

  @Test
  void focusLeavesOutAndCountsWhatItCannotSay() throws Exception {
    insert("billed, model", "true, 'unpriced'");
    insert("billed, cost_usd", "false, 1");
    insert("billed, cost_usd, usage_note", "true, 0, '{counted_elsewhere}'");
    insert("billed, cost_usd", "true, 2");

    StringWriter out = new StringWriter();
    LedgerExport.Result result = write(ExportFormat.FOCUS, out);

    assertThat(csvRows(out.toString()))
        .extracting(line -> line.get("BilledCost"))
        .containsExactly("2");
    assertThat(result.rows()).isEqualTo(4);
    assertThat(result.leftOut())
        .contains("1 rows without a cost", "1 billed elsewhere", "1 counted on another row");
  }

  @Test
  void windowsThatFollowEachOtherHaveEachRowOnce() throws Exception {
    execute(
        "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq)"
            + " SELECT gen_random_uuid(), '2026-11-20 12:00:00+00', '2026-11-20 13:00:00+00'::timestamptz"
            + " + n * interval '1 second', gen_random_uuid(), n FROM generate_series(0, 99) n");
    StringWriter all = new StringWriter();
    Instant from = null;
    for (int end = 7; end <= 105; end += 7) {
      Instant until = CAME.plusSeconds(end);
      new LedgerExport(database).write(ExportFormat.JSONL, from, until, false, all);
      from = until;
    }

    assertThat(all.toString().lines().map(line -> json(line).get("source_seq").asLong()).sorted())
        .hasSize(100)
        .startsWith(0L, 1L)
        .endsWith(98L, 99L)
        .doesNotHaveDuplicates();
  }

  @Test
  void whatWasRepricedAfterItWasExportedComesAgainWhereThatIsAskedFor() throws Exception {
    execute(
        "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq, cost_usd, repriced_at)"
            + " SELECT gen_random_uuid(), '2026-11-20 12:00:00+00', '2026-11-20 13:00:00+00'::timestamptz"
            + " + n * interval '1 second', gen_random_uuid(), n, 1,"
            + " CASE WHEN n < 2 THEN '2026-11-20 13:00:15+00'::timestamptz END"
            + " FROM generate_series(0, 19) n");
    LedgerExport export = new LedgerExport(database);
    StringWriter plain = new StringWriter();
    StringWriter changed = new StringWriter();

    Instant from = CAME.plusSeconds(10);
    export.write(ExportFormat.JSONL, from, CAME.plusSeconds(30), false, plain);
    export.write(ExportFormat.JSONL, from, CAME.plusSeconds(30), true, changed);

    assertThat(seqs(plain)).hasSize(10).doesNotContain(0L, 1L);
    assertThat(seqs(changed)).hasSize(12).contains(0L, 1L).doesNotHaveDuplicates();
    StringWriter before = new StringWriter();
    export.write(ExportFormat.JSONL, null, from, true, before);
    assertThat(seqs(before)).hasSize(10);
  }

  private static List<Long> seqs(StringWriter jsonLines) {
    return jsonLines.toString().lines().map(line -> json(line).get("source_seq").asLong()).toList();
  }

  @Test
  void readsRowsAsTheyAreWrittenAndNotAllAtOnce() throws Exception {
    execute(
        "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq)"
            + " SELECT gen_random_uuid(), '2026-11-20 12:00:00+00', '2026-11-20 13:00:00+00', gen_random_uuid(), n"
            + " FROM generate_series(1, 5000) n");
    execute("CREATE SEQUENCE token_ledger.rows_read");
    execute("ALTER TABLE token_ledger.token_ledger_events RENAME TO rows_behind");
    execute(
        "CREATE VIEW token_ledger.token_ledger_events AS SELECT r.*, nextval('token_ledger.rows_read') AS n"
            + " FROM token_ledger.rows_behind r");
    List<Long> readAtFirstWrite = new ArrayList<>();
    Writer out =
        new StringWriter() {
          @Override
          public void write(char[] text, int offset, int length) {
            seen();
          }

          @Override
          public void write(String text) {
            seen();
          }

          private void seen() {
            if (readAtFirstWrite.isEmpty()) {
              try {
                readAtFirstWrite.add(
                    Long.valueOf(query("SELECT last_value FROM token_ledger.rows_read").get(0)));
              } catch (Exception failure) {
                throw new IllegalStateException(failure);
              }
            }
          }
        };

    new LedgerExport(database).write(ExportFormat.JSONL, null, Instant.now(), false, out);

    assertThat(query("SELECT last_value FROM token_ledger.rows_read")).containsExactly("5000");
    assertThat(readAtFirstWrite).singleElement().satisfies(n -> assertThat(n).isLessThan(1_001L));
  }

  @Test
  void waitsForTransactionsThatMayStillBringRows() throws Exception {
    LedgerExport export = new LedgerExport(database);
    try (Connection running = database.connect()) {
      running.setAutoCommit(false);
      running.createStatement().execute("SELECT 1");
      Instant first = export.settled();
      Instant second = export.settled();
      running.rollback();

      assertThat(second).isEqualTo(first);
      assertThat(export.settled()).isAfter(first);
    }
  }

  @Test
  void documentsEachColumnOfFocus() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "export.md"));
    for (String column : FocusRows.COLUMNS) {
      assertThat(page).contains("\n| `" + column + "` |");
    }
    assertThat(page).contains("FOCUS " + FocusRows.VERSION);
  }

  private void priced(String cost, String list, String input, String output, String cacheRead)
      throws Exception {
    insert(
        "billed, provider, api, model, team, cost_source, price_id, input_tokens, cache_read_tokens,"
            + " output_tokens, cost_usd, list_cost_usd, input_cost_usd, output_cost_usd, cache_read_cost_usd,"
            + " cache_write_cost_usd",
        "true, 'openai', 'openai.chat', 'm', 'a', 'catalogue', 'p1', 100, 40, 50, "
            + String.join(", ", cost, list, input, output, cacheRead)
            + ", 0");
  }

  private void insert(String columns, String values) throws Exception {
    execute(
        "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq, "
            + columns
            + ") VALUES (gen_random_uuid(), '2026-11-20 12:34:56.789012+00', '"
            + CAME
            + "', gen_random_uuid(), 0, "
            + values
            + ")");
  }

  private String export(ExportFormat format) throws Exception {
    StringWriter out = new StringWriter();
    write(format, out);
    return out.toString();
  }

  private LedgerExport.Result write(ExportFormat format, Writer out) throws Exception {
    return new LedgerExport(database).write(format, null, CAME.plusSeconds(1), false, out);
  }

  private static BigDecimal sum(List<Map<String, String>> lines, String column) {
    return lines.stream()
        .map(line -> new BigDecimal(line.get(column)))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .readTree(line);
    } catch (Exception failure) {
      throw new AssertionError(line, failure);
    }
  }

  /** A reader of its own, by RFC 4180. */
  private static List<Map<String, String>> csvRows(String csv) {
    List<List<String>> lines = new ArrayList<>(List.of(new ArrayList<>()));
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted && c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        lines.get(lines.size() - 1).add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          lines.add(new ArrayList<>());
        }
      } else if (quoted || c != '\r') {
        field.append(c);
      }
    }
    List<Map<String, String>> rows = new ArrayList<>();
    for (List<String> line : lines.subList(1, lines.size() - 1)) {
      assertThat(line).hasSameSizeAs(lines.get(0));
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < line.size(); i++) {
        row.put(lines.get(0).get(i), line.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> query(String sql) throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }
}
