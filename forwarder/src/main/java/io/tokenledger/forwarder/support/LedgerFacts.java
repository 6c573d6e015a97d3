package io.tokenledger.forwarder.support;

import io.tokenledger.forwarder.store.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * What a bundle says of the ledger, as JSON Lines. No rows of events and no bytes of dead letters:
 * only the columns that are named here. Stateless.
 */
public enum LedgerFacts {
  SERVER("SELECT version() AS server, current_user AS role, now() AS now"),

  SETTINGS(
      """
      SELECT name, setting, unit FROM pg_settings
       WHERE name IN ('max_connections', 'shared_buffers', 'work_mem', 'fsync', 'synchronous_commit',
                      'wal_level', 'max_wal_size', 'statement_timeout', 'lock_timeout',
                      'idle_in_transaction_session_timeout', 'default_transaction_isolation')
       ORDER BY name
      """),

  SCHEMA(
      """
      SELECT version, description, installed_on, success FROM token_ledger.flyway_schema_history
       ORDER BY installed_rank
      """),

  /** Sizes and estimates only: counting would scan the events. */
  TABLES(
      """
      SELECT c.relname AS relation, c.reltuples::bigint AS rows_estimated,
             pg_total_relation_size(c.oid) AS bytes
        FROM pg_class c
       WHERE c.relnamespace = 'token_ledger'::regnamespace AND c.relkind = 'r'
       ORDER BY c.relname
      """),

  GAPS(
      """
      SELECT gap_id, source_id, kind, reason, missing, first_seq, last_seq, first_at, last_at,
             detected_at
        FROM token_ledger.token_ledger_gaps ORDER BY gap_id DESC LIMIT 1000
      """),

  /** A reason of the database may quote the record, so it stays out. */
  DEAD_LETTERS(
      """
      SELECT dead_letter_id, source_id, source_seq, place, sqlstate,
             CASE WHEN sqlstate IS NULL THEN reason END AS reason,
             octet_length(record) AS bytes, recorded_at, expired_at
        FROM token_ledger.token_ledger_dead_letters ORDER BY dead_letter_id DESC LIMIT 1000
      """),

  AGENTS(
      """
      SELECT source_id, service, agent_version, java_version, config_digest, clients, reported_at,
             report
        FROM token_ledger.token_ledger_sources
       ORDER BY reported_at DESC NULLS LAST, first_seen_at DESC LIMIT 200
      """),

  SESSIONS(
      """
      SELECT state, wait_event_type, wait_event, count(*) AS sessions,
             max(now() - xact_start) AS oldest_transaction
        FROM pg_stat_activity WHERE datname = current_database()
       GROUP BY state, wait_event_type, wait_event ORDER BY sessions DESC
      """);

  private final String query;

  LedgerFacts(String query) {
    this.query = query;
  }

  /** The file in the bundle. */
  public String file() {
    return "ledger/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".jsonl";
  }

  /** Reads them, bounded by the queries above. */
  public String read(Database database) {
    StringBuilder text = new StringBuilder();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT row_to_json(fact) FROM (" + query + ") AS fact")) {
      while (row.next()) {
        text.append(row.getString(1)).append('\n');
      }
      return text.toString();
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }
}
