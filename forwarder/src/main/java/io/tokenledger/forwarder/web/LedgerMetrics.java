package io.tokenledger.forwarder.web;

import io.tokenledger.forwarder.store.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** What the ledger says of itself, read from Postgres at each scrape. */
public final class LedgerMetrics {
  /** The rollup and the bookkeeping tables only: a scrape must not scan the events. */
  private static final String QUERY =
      """
      SELECT
        (SELECT COALESCE(sum(calls), 0) FROM token_ledger.token_ledger_daily WHERE NOT repeat) AS calls,
        (SELECT COALESCE(sum(cost_unknown), 0) FROM token_ledger.token_ledger_daily WHERE NOT repeat) AS unpriced,
        (SELECT sum(unpriced)::numeric / NULLIF(sum(charges), 0) FROM token_ledger.token_ledger_daily
           WHERE NOT repeat AND day >= (now() AT TIME ZONE 'UTC')::date - 1) AS unpriced_share,
        (SELECT COALESCE(sum(zero_cost), 0) FROM token_ledger.token_ledger_daily
           WHERE NOT repeat AND day >= (now() AT TIME ZONE 'UTC')::date - 1) AS zero_cost,
        (SELECT count(*) FROM token_ledger.token_ledger_sources) AS sources,
        (SELECT count(*) FROM token_ledger.token_ledger_sources WHERE drained_at IS NULL) AS undrained,
        (SELECT COALESCE(sum(position), 0) FROM token_ledger.token_ledger_sources) AS records,
        (SELECT extract(epoch FROM now() - max(last_event_at))
           FROM token_ledger.token_ledger_sources) AS last_event_age,
        (SELECT count(*) FROM token_ledger.token_ledger_dead_letters) AS dead_letters,
        (SELECT count(*) FROM token_ledger.token_ledger_gaps) AS gaps,
        (SELECT sum(missing) FROM token_ledger.token_ledger_gaps) AS missing
      """;

  /** The day before too, so that midnight clears no alarm that nobody saw. */
  private static final String COVERAGE_QUERY =
      """
      SELECT provider, api, trunc(100 * sum(usage_parsed) / sum(usage_expected), 2) AS percent
      FROM token_ledger.token_ledger_coverage
      WHERE day >= (now() AT TIME ZONE 'UTC')::date - 1 AND usage_expected > 0
      GROUP BY provider, api
      ORDER BY 3, 1, 2
      LIMIT 100
      """;

  private static final String UNLISTED_QUERY =
      """
      SELECT metered::text AS metered, sum(calls) AS calls FROM token_ledger.token_ledger_unlisted_hosts
      WHERE day >= (now() AT TIME ZONE 'UTC')::date - 1
      GROUP BY 1 ORDER BY 1
      """;

  private static final Metric COVERAGE =
      new Metric(
          "percent",
          "tokenledger_coverage_percent",
          "How much of the usage that was due yesterday and today (UTC) could be read.");

  private static final Metric UNLISTED =
      new Metric(
          "calls",
          "tokenledger_unlisted_host_calls",
          "Calls yesterday and today (UTC) that look like a model's, to hosts that nobody lists.");

  private static final List<Metric> METRICS =
      List.of(
          new Metric("calls", "tokenledger_ledger_calls", "Calls in the ledger, repeats left out."),
          new Metric(
              "unpriced",
              "tokenledger_ledger_unpriced_charges",
              "Charges in the ledger without a cost."),
          new Metric(
              "unpriced_share",
              "tokenledger_unpriced_share",
              "Part of the charges of today and yesterday (UTC) that have usage and lack a price."),
          new Metric(
              "zero_cost",
              "tokenledger_zero_cost_charges",
              "Charges of today and yesterday (UTC) with tokens above zero and a cost of 0."),
          new Metric(
              "records",
              "tokenledger_committed_records",
              "Queue records that are committed, over all sources."),
          new Metric("sources", "tokenledger_sources", "Processes that ever wrote a queue."),
          new Metric(
              "undrained",
              "tokenledger_sources_open",
              "Sources that are live or not wholly drained."),
          new Metric(
              "last_event_age",
              "tokenledger_last_event_age_seconds",
              "Time since the latest call that is in the ledger."),
          new Metric(
              "dead_letters",
              "tokenledger_dead_letters",
              "Records that could not be decoded or stored."),
          new Metric("gaps", "tokenledger_gaps", "Gaps in the ledger."),
          new Metric(
              "missing", "tokenledger_gap_records", "Records missing in gaps, where known."));

  private LedgerMetrics() {}

  private record Metric(String column, String name, String help) {}

  /** The name of each metric. */
  public static List<String> names() {
    return Stream.concat(METRICS.stream(), Stream.of(COVERAGE, UNLISTED))
        .map(Metric::name)
        .toList();
  }

  /**
   * Reads the ledger.
   *
   * @return Prometheus text format; what is not known is left out, never 0
   * @throws io.tokenledger.forwarder.store.StoreException when the ledger cannot be read
   */
  public static String read(Database database) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      StringBuilder text = new StringBuilder();
      ledger(statement, text);
      labelled(statement, COVERAGE_QUERY, COVERAGE, List.of("provider", "api"), text);
      labelled(statement, UNLISTED_QUERY, UNLISTED, List.of("metered"), text);
      return text.toString();
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private static void ledger(Statement statement, StringBuilder text) throws SQLException {
    try (ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      for (Metric metric : METRICS) {
        String value = row.getString(metric.column());
        if (value != null) {
          head(metric, text);
          text.append(metric.name()).append(' ').append(value).append('\n');
        }
      }
    }
  }

  private static void labelled(
      Statement statement, String query, Metric metric, List<String> labels, StringBuilder text)
      throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      for (boolean first = true; row.next(); first = false) {
        if (first) {
          head(metric, text);
        }
        text.append(metric.name());
        char separator = '{';
        for (String label : labels) {
          text.append(separator).append(label).append("=\"");
          text.append(escaped(row.getString(label))).append('"');
          separator = ',';
        }
        text.append("} ").append(row.getString(metric.column())).append('\n');
      }
    }
  }

  private static void head(Metric metric, StringBuilder text) {
    String name = metric.name();
    text.append("# HELP ").append(name).append(' ').append(metric.help()).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
  }

  /** A label's value in the text format. */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
