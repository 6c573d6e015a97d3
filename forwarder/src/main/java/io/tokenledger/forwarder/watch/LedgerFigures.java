package io.tokenledger.forwarder.watch;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Figures of the whole ledger. Each is read through an index or from two days of a rollup, so that
 * a look costs the same however old the ledger is. Immutable.
 */
record LedgerFigures(
    Map<Single, Double> singles,
    List<Row> coverage,
    List<Row> unlisted,
    List<Row> gaps,
    List<Row> gapRecords) {
  /** A value and its labels. */
  record Row(List<String> labels, double value) {}

  /** Figures without labels, by their columns in the query. */
  enum Single {
    CALLS("tokenledger_calls", "Calls of today and yesterday (UTC), repeats left out."),
    UNPRICED_CHARGES(
        "tokenledger_unpriced_charges",
        "Charges of today and yesterday (UTC) without a cost; billed elsewhere left out."),
    UNPRICED_SHARE(
        "tokenledger_unpriced_share",
        "Part of the charges of today and yesterday (UTC) that have usage and lack a price;"
            + " billed elsewhere left out."),
    ZERO_COST(
        "tokenledger_zero_cost_charges",
        "Charges of today and yesterday (UTC) with tokens above zero and a cost of 0, free models"
            + " too; billed elsewhere left out."),
    LAST_EVENT_AGE(
        "tokenledger_last_event_age_seconds", "Time since the latest call that is in the ledger."),
    DEAD_LETTERS(
        "tokenledger_dead_letters",
        "Records that could not be decoded or stored; 10000 stands for more too."),
    DEAD_LETTERS_LAST_HOUR(
        "tokenledger_dead_letters_last_hour", "Of these, what came in the last hour."),
    PARTITIONS_AHEAD(
        "tokenledger_partitions_ahead", "Months after the current one that have a partition.");

    final String metric;
    final String help;

    Single(String metric, String help) {
      this.metric = metric;
      this.help = help;
    }
  }

  private static final String SINGLES =
      """
      SELECT
        d.calls, d.unpriced_charges, d.unpriced_share, d.zero_cost,
        (SELECT extract(epoch FROM now() - max("timestamp")) FROM token_ledger.token_ledger_events)
          AS last_event_age,
        (SELECT count(*) FROM (SELECT FROM token_ledger.token_ledger_dead_letters LIMIT 10000) l)
          AS dead_letters,
        (SELECT count(*) FROM token_ledger.token_ledger_dead_letters
          WHERE recorded_at > now() - interval '1 hour') AS dead_letters_last_hour,
        (SELECT count(*) FROM generate_series(1, 12) AS ahead
          WHERE to_regclass('token_ledger.token_ledger_events_' || to_char(
                  date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead),
                  'YYYY_MM')) IS NOT NULL) AS partitions_ahead
      FROM (
        SELECT COALESCE(sum(calls), 0) AS calls,
               COALESCE(sum(cost_unknown) FILTER (WHERE billed), 0) AS unpriced_charges,
               (sum(unpriced) FILTER (WHERE billed))::numeric
                 / NULLIF(sum(charges) FILTER (WHERE billed), 0) AS unpriced_share,
               COALESCE(sum(zero_cost) FILTER (WHERE billed), 0) AS zero_cost
          FROM token_ledger.token_ledger_daily
         WHERE NOT repeat AND day >= (now() AT TIME ZONE 'UTC')::date - 1) d
      """;

  /** The day before too, so that midnight clears no alarm that nobody saw. */
  private static final String COVERAGE =
      """
      SELECT provider, api, trunc(100 * sum(usage_parsed) / sum(usage_expected), 2) AS value
      FROM token_ledger.token_ledger_coverage
      WHERE day >= (now() AT TIME ZONE 'UTC')::date - 1 AND usage_expected > 0
      GROUP BY provider, api
      ORDER BY 3, 1, 2
      LIMIT 100
      """;

  private static final String UNLISTED =
      """
      SELECT metered::text AS metered, sum(calls) AS value
      FROM token_ledger.token_ledger_unlisted_hosts
      WHERE day >= (now() AT TIME ZONE 'UTC')::date - 1
      GROUP BY 1 ORDER BY 1
      """;

  private static final String GAPS =
      """
      SELECT COALESCE(s.service, 'unnamed') AS service, g.kind, COALESCE(g.reason, '') AS reason,
             count(*) AS value, sum(g.missing) AS records
      FROM token_ledger.token_ledger_gaps g
      LEFT JOIN token_ledger.token_ledger_sources s USING (source_id)
      WHERE g.detected_at > now() - interval '1 hour'
      GROUP BY 1, 2, 3
      ORDER BY 5 DESC NULLS LAST, 1, 2, 3
      LIMIT 50
      """;

  /** What is not known is left out, never 0. */
  static LedgerFigures read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return new LedgerFigures(
          singles(statement),
          rows(statement, COVERAGE, "value", "provider", "api"),
          rows(statement, UNLISTED, "value", "metered"),
          rows(statement, GAPS, "value", "service", "kind", "reason"),
          rows(statement, GAPS, "records", "service", "kind", "reason"));
    }
  }

  private static Map<Single, Double> singles(Statement statement) throws SQLException {
    Map<Single, Double> singles = new EnumMap<>(Single.class);
    try (ResultSet row = statement.executeQuery(SINGLES)) {
      row.next();
      for (Single single : Single.values()) {
        double value = row.getDouble(single.name());
        if (!row.wasNull()) {
          singles.put(single, value);
        }
      }
    }
    return singles;
  }

  private static List<Row> rows(Statement statement, String query, String value, String... labels)
      throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (String label : labels) {
          values.add(row.getString(label));
        }
        double number = row.getDouble(value);
        if (!row.wasNull()) {
          rows.add(new Row(List.copyOf(values), number));
        }
      }
    }
    return rows;
  }
}
