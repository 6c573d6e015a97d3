package io.tokenledger.forwarder.web;

import io.tokenledger.forwarder.store.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What the ledger says of itself, read from Postgres at each scrape. */
final class LedgerMetrics {
  /** The rollup and the bookkeeping tables only: a scrape must not scan the events. */
  private static final String QUERY =
      """
      SELECT
        (SELECT COALESCE(sum(calls), 0) FROM token_ledger.token_ledger_daily WHERE NOT repeat) AS calls,
        (SELECT COALESCE(sum(cost_unknown), 0) FROM token_ledger.token_ledger_daily WHERE NOT repeat) AS unpriced,
        (SELECT count(*) FROM token_ledger.token_ledger_sources) AS sources,
        (SELECT count(*) FROM token_ledger.token_ledger_sources WHERE drained_at IS NULL) AS undrained,
        (SELECT COALESCE(sum(position), 0) FROM token_ledger.token_ledger_sources) AS records,
        (SELECT extract(epoch FROM now() - max(last_event_at))
           FROM token_ledger.token_ledger_sources) AS last_event_age,
        (SELECT count(*) FROM token_ledger.token_ledger_dead_letters) AS dead_letters,
        (SELECT count(*) FROM token_ledger.token_ledger_gaps) AS gaps,
        (SELECT sum(missing) FROM token_ledger.token_ledger_gaps) AS missing
      """;

  private final List<Metric> metrics;

  private LedgerMetrics(List<Metric> metrics) {
    this.metrics = metrics;
  }

  /**
   * @param value null: not known, and then the metric is left out, never 0
   */
  private record Metric(String name, String type, String help, String value) {}

  /**
   * Reads the ledger.
   *
   * @throws io.tokenledger.forwarder.store.StoreException when the ledger cannot be read
   */
  static LedgerMetrics read(Database database) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      List<Metric> metrics = new ArrayList<>();
      add(
          metrics,
          row,
          "calls",
          "tokenledger_ledger_calls",
          "gauge",
          "Calls in the ledger, repeats left out.");
      add(
          metrics,
          row,
          "unpriced",
          "tokenledger_ledger_unpriced_charges",
          "gauge",
          "Charges in the ledger without a cost.");
      add(
          metrics,
          row,
          "records",
          "tokenledger_committed_records",
          "gauge",
          "Queue records that are committed, over all sources.");
      add(
          metrics,
          row,
          "sources",
          "tokenledger_sources",
          "gauge",
          "Processes that ever wrote a queue.");
      add(
          metrics,
          row,
          "undrained",
          "tokenledger_sources_open",
          "gauge",
          "Sources that are live or not wholly drained.");
      add(
          metrics,
          row,
          "last_event_age",
          "tokenledger_last_event_age_seconds",
          "gauge",
          "Time since the latest call that is in the ledger.");
      add(
          metrics,
          row,
          "dead_letters",
          "tokenledger_dead_letters",
          "gauge",
          "Records that could not be decoded or stored.");
      add(metrics, row, "gaps", "tokenledger_gaps", "gauge", "Gaps in the ledger.");
      add(
          metrics,
          row,
          "missing",
          "tokenledger_gap_records",
          "gauge",
          "Records missing in gaps, where known.");
      return new LedgerMetrics(metrics);
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  /** Prometheus text format. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Metric metric : metrics) {
      if (metric.value() != null) {
        text.append("# HELP ").append(metric.name()).append(' ').append(metric.help()).append('\n');
        text.append("# TYPE ").append(metric.name()).append(' ').append(metric.type()).append('\n');
        text.append(metric.name()).append(' ').append(metric.value()).append('\n');
      }
    }
    return text.toString();
  }

  private static void add(
      List<Metric> metrics, ResultSet row, String column, String name, String type, String help)
      throws SQLException {
    metrics.add(new Metric(name, type, help, row.getString(column)));
  }
}
