package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the Python TokenLedger's query code finds in its table and views. */
@ExtendWith(PostgresExtension.class)
class PythonViewsTest {
  private Database database;

  @BeforeEach
  void open(PostgresSettings settings) throws SQLException {
    database = Database.open(settings);
    database.migrate();
    query("SELECT ensure_partition('2026-02-01')");
    insert(
        "provider, model, input_tokens, output_tokens, total_tokens, cost_usd, duration_ms, team, status, span_id",
        "'openai', 'gpt-4o', 10, 5, 15, 0.123456789, 100, 'web', 'success', '00f067aa0ba902b7'");
    insert(
        "provider, request_model, status, usage_note", "'openai', 'asked', 'cancelled', '{cut}'");
    insert("provider, model, input_tokens, cost_usd, billed", "'local', 'l', 99, 99, false");
    insert("provider, model, usage_note", "'openai', 'gpt-4o', '{counted_elsewhere}'");
    query("SELECT rebuild_rollups('2026-02-10', '2026-02-10')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void itsEventTableHasItsColumnsAndTypes() throws SQLException {
    assertThat(
            query(
                "SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
                    + " WHERE a.attrelid = 'token_ledger_python_events'::regclass AND a.attnum > 0"))
        .containsExactlyInAnyOrder(
            "event_id uuid",
            "trace_id uuid",
            "span_id uuid",
            "parent_span_id uuid",
            "timestamp timestamp with time zone",
            "duration_ms double precision",
            "provider character varying(50)",
            "model character varying(100)",
            "input_tokens integer",
            "output_tokens integer",
            "total_tokens integer",
            "cached_tokens integer",
            "cost_usd numeric(12,8)",
            "endpoint character varying(255)",
            "request_type character varying(50)",
            "user_id character varying(255)",
            "session_id character varying(255)",
            "organization_id character varying(255)",
            "app_name character varying(100)",
            "environment character varying(50)",
            "status character varying(20)",
            "error_type character varying(100)",
            "error_message text",
            "metadata jsonb",
            "request_preview text",
            "response_preview text",
            "feature character varying(100)",
            "page character varying(255)",
            "component character varying(100)",
            "team character varying(100)",
            "project character varying(100)",
            "cost_center character varying(100)",
            "metadata_extra jsonb");
  }

  @Test
  void whatItsColumnsDoNotAllowToBeNullIsNotNull() throws SQLException {
    assertThat(
            query(
                "SELECT concat_ws(' ', model, input_tokens, output_tokens, total_tokens, cached_tokens, cost_usd, status)"
                    + " FROM token_ledger_python_events ORDER BY model"))
        .containsExactly("asked 0 0 0 0 error", "gpt-4o 10 5 15 0 0.12345679 success");
  }

  @Test
  void aSpanIdIsPaddedToAUuid() throws SQLException {
    assertThat(query("SELECT span_id FROM token_ledger_python_events WHERE span_id IS NOT NULL"))
        .containsExactly("00000000-0000-0000-00f0-67aa0ba902b7");
  }

  @Test
  void itsCostViewsCountCallsOnceAndLeaveOutWhatIsBilledElsewhere() throws SQLException {
    assertThat(
            query(
                "SELECT concat_ws(' ', date, provider, model, request_count, total_input_tokens, total_output_tokens,"
                    + " total_tokens, total_cost, avg_latency_ms) FROM token_ledger_daily_costs ORDER BY model"))
        .containsExactly(
            "2026-02-10 openai asked 1 0 0 0",
            "2026-02-10 openai gpt-4o 1 10 5 15 0.123456789 100");
    assertThat(
            query(
                "SELECT concat_ws(' ', user_id, request_count, total_tokens, total_cost) FROM token_ledger_user_costs"))
        .containsExactly("anonymous 2 15 0.123456789");
    assertThat(
            query(
                "SELECT concat_ws(' ', team, date, request_count) FROM token_ledger_team_costs ORDER BY team"))
        .containsExactly("unassigned 2026-02-10 1", "web 2026-02-10 1");
    assertThat(
            query(
                "SELECT concat_ws(' ', feature, date, request_count) FROM token_ledger_feature_costs"))
        .containsExactly("unassigned 2026-02-10 2");
    assertThat(
            query(
                "SELECT concat_ws(' ', cost_center, date, request_count) FROM token_ledger_cost_center_costs"))
        .containsExactly("unassigned 2026-02-10 2");
  }

  private void insert(String columns, String values) throws SQLException {
    SchemaMigrationTest.execute(
        database,
        "INSERT INTO token_ledger_events (event_id, timestamp, ingested_at, source_id, source_seq, "
            + columns
            + ") VALUES (gen_random_uuid(), '2026-02-10 12:00:00+00', now(), gen_random_uuid(), 0, "
            + values
            + ")");
  }

  private List<String> query(String sql) throws SQLException {
    return SchemaMigrationTest.query(database, sql);
  }
}
