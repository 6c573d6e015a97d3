package io.tokenledger.forwarder.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reports on rows in a real Postgres, compared with the text in {@code resources/report}. */
@ExtendWith(PostgresExtension.class)
class ReportTest {
  private static final Period ALL = new Period(null, null);

  private Database database;
  private LedgerRows rows;

  @BeforeEach
  void openEmptyLedger(PostgresSettings settings) {
    database = Database.open(settings);
    database.migrate();
    rows = new LedgerRows(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void printsTotalsTablesAndWhatTheTotalsLeaveOut() throws Exception {
    addOneOfEverything();

    assertThat(text(ALL)).isEqualTo(golden("everything.txt"));
  }

  @Test
  void writesExactDecimalsAsCsv() throws Exception {
    addOneOfEverything();

    StringWriter csv = new StringWriter();
    ReportCsv.print(read(ALL), new PrintWriter(csv, true));

    assertThat(csv.toString()).isEqualTo(golden("everything.csv"));
  }

  @Test
  void writesExactDecimalsAsJson() throws Exception {
    rows.add(anthropic("2026-11-01T10:00:00Z").build());

    StringWriter json = new StringWriter();
    ReportJson.print(read(ALL), new PrintWriter(json, true));
    JsonNode report =
        JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build()
            .readTree(json.toString());

    assertThat(report.at("/total/cost_usd").decimalValue()).isEqualByComparingTo("0.00680715");
    assertThat(report.at("/by_model/0/model").asText()).isEqualTo("anthropic/claude-sonnet-4-6");
    assertThat(report.at("/total/cost_is_lower_bound").asBoolean()).isFalse();
  }

  @Test
  void saysThatThereAreNoCalls() {
    assertThat(text(ALL)).contains("The ledger has no calls in this period.");
  }

  @Test
  void countsDaysInUtcAndBothEndsOfThePeriod() throws Exception {
    rows.add(anthropic("2026-10-31T23:59:59.999999Z").build());
    rows.add(anthropic("2026-11-01T00:00:00Z").build());
    rows.add(anthropic("2026-11-02T23:59:59.999999Z").build());
    rows.add(anthropic("2026-11-03T00:00:00Z").build());

    Report report = read(new Period(LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 2)));

    assertThat(report.total().calls()).isEqualTo(2);
    assertThat(report.by(Dimension.DAY))
        .extracting(Group::name)
        .containsExactly("2026-11-01", "2026-11-02");
  }

  @Test
  void countsIterationsUnderTheirOwnModelAndTheCallOnce() throws Exception {
    rows.add(
        anthropic("2026-11-01T10:00:00Z")
            .set(
                UsageField.ITERATIONS,
                """
                [{"type":"message","model":null,"input_tokens":1000,"output_tokens":100},
                 {"type":"advisor_message","model":"claude-opus-4-8","input_tokens":2000,"output_tokens":10}]""")
            .set(UsageField.SERVER_TOOL_REQUESTS, "{\"web_search_requests\":1}")
            .build());

    Report report = read(ALL);

    assertThat(report.total().calls()).isEqualTo(1);
    assertThat(report.total().costUsd()).isEqualByComparingTo("0.02475");
    assertThat(report.by(Dimension.MODEL))
        .extracting(Group::name)
        .containsExactly("anthropic/claude-sonnet-4-6", "anthropic/claude-opus-4-8");
  }

  @Test
  void namesAnswersThatCouldNotBeReadAndHostsThatNobodyLists() throws Exception {
    execute(
        "INSERT INTO token_ledger.token_ledger_coverage"
            + " (day, source_id, provider, api, usage_expected, usage_parsed, not_reported, usage_incomplete)"
            + " VALUES ('2026-11-01', gen_random_uuid(), 'openai', 'openai.chat', 1000, 990, 8, 2),"
            + " ('2026-11-01', gen_random_uuid(), 'anthropic', 'anthropic.messages', 5, 5, 0, 0),"
            + " ('2026-11-02', gen_random_uuid(), 'openai', 'openai.chat', 1000, 0, 1000, 0)");
    execute(
        "INSERT INTO token_ledger.token_ledger_unlisted_hosts VALUES"
            + " ('2026-11-01', gen_random_uuid(), 'llm.example', '/chat/completions', false, 7),"
            + " ('2026-11-01', gen_random_uuid(), 'llm.example', 'openai.chat', true, 3)");

    String text = text(new Period(LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 1)));

    assertThat(text)
        .contains(
            "Coverage          10  answers whose usage could not be read: see docs/operations.md,"
                + " 'coverage below 100'\n"
                + "  10 openai openai.chat: 99.00 % of 1000 read (incomplete 2, not_reported 8)\n",
            "Unlisted hosts    10  calls that look like a model's, to hosts that nobody lists: name"
                + " them under endpoints\n"
                + "  7 llm.example /chat/completions: not metered\n"
                + "  3 llm.example openai.chat: metered, billed = false\n")
        .doesNotContain("anthropic");
    assertThat(text(new Period(LocalDate.of(2026, 11, 3), null)))
        .doesNotContain("Coverage", "Unlisted");
  }

  @Test
  void theViewOfWhatLacksAPriceLeavesOutWhatOthersBill() throws Exception {
    rows.add(openAi("2026-11-01T10:00:00Z").set(UsageField.MODEL, "gpt-of-tomorrow").build());
    rows.add(
        openAi("2026-11-01T11:00:00Z")
            .set(UsageField.MODEL, "gpt-of-others")
            .set(UsageField.BILLED, false)
            .build());

    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT string_agg(model, ',') FROM token_ledger.token_ledger_unpriced")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("gpt-of-tomorrow");
    }
    assertThat(text(ALL))
        .containsPattern("Unpriced +1 ")
        .contains("unknown_model: openai/gpt-of-tomorrow");
  }

  @Test
  void tellsFreeModelsFromCostsThatAreSuspiciouslyZero() throws Exception {
    for (int i = 0; i < 3; i++) {
      rows.add(openAi("2026-11-0" + (i + 1) + "T10:00:00Z").build());
    }
    execute(
        "UPDATE token_ledger.token_ledger_events SET cost_usd = 0, price_notes ="
            + " CASE timestamp::date WHEN '2026-11-01' THEN '{free}'::text[]"
            + " WHEN '2026-11-02' THEN '{zero_cost}' END");

    assertThat(text(ALL))
        .containsPattern("Zero cost +2 +calls with tokens that cost 0 though nothing calls")
        .containsPattern("Free +1 +calls with tokens that cost 0, as a price file");
  }

  private void addOneOfEverything() throws SQLException {
    rows.add(anthropic("2026-11-01T10:00:00Z").build());
    rows.add(openAi("2026-11-01T11:00:00Z").set(UsageField.SERVICE_TIER, null).build());
    rows.add(openAi("2026-11-02T00:00:00Z").set(UsageField.MODEL, "gpt-of-tomorrow").build());
    rows.add(
        openAi("2026-11-02T01:00:00Z")
            .set(UsageField.INPUT_TOKENS, null)
            .set(UsageField.OUTPUT_TOKENS, null)
            .set(UsageField.USAGE_NOTE, List.of("not_requested"))
            .build());
    rows.add(
        anthropic("2026-11-02T02:00:00Z")
            .set(UsageField.COMPLETION, "partial")
            .set(UsageField.TEAM, null)
            .build());
    rows.add(
        openAi("2026-11-02T03:00:00Z")
            .set(UsageField.INPUT_TOKENS, null)
            .set(UsageField.OUTPUT_TOKENS, null)
            .set(UsageField.STATUS, "error")
            .set(UsageField.HTTP_STATUS, 429)
            .set(UsageField.ERROR_TYPE, "rate_limit_error")
            .build());
    rows.add(openAi("2026-11-02T04:00:00Z").set(UsageField.BILLED, false).build());
    rows.add(
        openAi("2026-11-02T05:00:00Z")
            .set(UsageField.INPUT_TOKENS, null)
            .set(UsageField.OUTPUT_TOKENS, null)
            .set(UsageField.USAGE_NOTE, List.of("counted_elsewhere"))
            .build());
    execute(
        "INSERT INTO token_ledger.token_ledger_gaps (source_id, kind, reason, missing)"
            + " VALUES (gen_random_uuid(), 'reported', 'overflow', 3)");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static UsageRecord.Builder anthropic(String at) {
    return row(at)
        .set(UsageField.PROVIDER, "anthropic")
        .set(UsageField.API, "anthropic.messages")
        .set(UsageField.MODEL, "claude-sonnet-4-6")
        .set(UsageField.SERVICE_TIER, "standard")
        .set(UsageField.INPUT_TOKENS, 15312L)
        .set(UsageField.CACHE_READ_TOKENS, 14983L)
        .set(UsageField.CACHE_WRITE_TOKENS, 327L)
        .set(UsageField.CACHE_WRITE_5M_TOKENS, 327L)
        .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
        .set(UsageField.OUTPUT_TOKENS, 72L);
  }

  private static UsageRecord.Builder openAi(String at) {
    return row(at)
        .set(UsageField.PROVIDER, "openai")
        .set(UsageField.API, "openai.chat")
        .set(UsageField.MODEL, "gpt-4.1")
        .set(UsageField.SERVICE_TIER, "default")
        .set(UsageField.INPUT_TOKENS, 291L)
        .set(UsageField.OUTPUT_TOKENS, 1303L);
  }

  private static UsageRecord.Builder row(String at) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, Instant.parse(at))
        .set(UsageField.BILLED, true)
        .set(UsageField.STATUS, "success")
        .set(UsageField.HTTP_STATUS, 200)
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.APP_NAME, "checkout")
        .set(UsageField.TEAM, "payments")
        .set(UsageField.FEATURE, "assistant");
  }

  private Report read(Period period) {
    return new ReportReader(database).read(period, "Ledger: a test");
  }

  private String text(Period period) {
    StringWriter text = new StringWriter();
    ReportText.print(read(period), EnumSet.allOf(Dimension.class), new PrintWriter(text, true));
    return text.toString();
  }

  private static String golden(String name) throws IOException {
    try (InputStream stream = ReportTest.class.getResourceAsStream("/report/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
