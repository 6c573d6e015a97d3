package io.tokenledger.forwarder.report;

import io.tokenledger.forwarder.store.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Reads a report out of the ledger, all of it in one snapshot. */
public final class ReportReader {
  private static final OffsetDateTime BEGINNING = OffsetDateTime.parse("0001-01-01T00:00:00Z");
  private static final OffsetDateTime END = OffsetDateTime.parse("9999-12-31T00:00:00Z");

  /** Bit of each column in GROUPING(): set where the column is summed over. */
  private static final int ALL = 0b111111;

  private static final String CHARGES =
      """
      WITH charges AS (
        SELECT c.*,
          (c.timestamp AT TIME ZONE 'UTC')::date AS day,
          c.provider || '/' || COALESCE(c.model, 'unknown') AS provider_model,
          COALESCE(c.unpriced_reason = 'usage_unknown', false) AS unreported,
          COALESCE(c.unpriced_reason = 'error_not_billed', false) AS not_billed,
          COALESCE('lower_bound' = ANY (c.price_notes), false) AND c.cost_usd IS NOT NULL AS lower_bound,
          c.cost_usd IS NOT NULL AND EXISTS (
            SELECT FROM unnest(c.price_notes) AS note WHERE note LIKE '%\\_assumed') AS assumed,
          NOT COALESCE(c.repeat, false) AND c.billed IS DISTINCT FROM false AS counted
        FROM token_ledger.token_ledger_charges c
        WHERE c.timestamp >= ? AND c.timestamp < ?
      )
      """;

  private static final String GROUPS =
      CHARGES
          + """
      SELECT GROUPING(provider, provider_model, app_name, team, feature, day) AS summed_over,
        provider, provider_model, app_name, team, feature, day,
        COALESCE(sum(calls), 0) AS calls,
        sum(input_tokens) AS input_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_tokens) AS cache_write_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cost_usd) AS cost_usd,
        count(*) FILTER (WHERE cost_usd IS NULL AND NOT unreported AND NOT not_billed) AS unpriced,
        count(*) FILTER (WHERE unreported) AS unreported,
        count(*) FILTER (WHERE lower_bound) AS lower_bounds,
        count(*) FILTER (WHERE assumed) AS assumed
      FROM charges WHERE counted
      GROUP BY GROUPING SETS ((), (provider), (provider_model), (app_name), (team), (feature), (day))
      ORDER BY day NULLS FIRST, sum(cost_usd) DESC NULLS LAST, calls DESC,
        provider, provider_model, app_name, team, feature
      """;

  private static final String REMARKS =
      CHARGES
          + """
      SELECT kind, detail, count(DISTINCT event_id) AS count, sum(cost_usd) AS cost_usd FROM (
        SELECT CASE
            WHEN repeat THEN 'REPEAT'
            WHEN NOT counted THEN 'BILLED_ELSEWHERE'
            WHEN unreported THEN 'UNREPORTED'
            WHEN not_billed THEN 'NOT_BILLED'
            WHEN cost_usd IS NULL THEN 'UNPRICED'
          END AS kind,
          CASE
            WHEN repeat OR NOT counted THEN provider
            WHEN unreported THEN COALESCE(NULLIF(array_to_string(usage_note, ', '), ''), status)
            WHEN not_billed THEN COALESCE(error_type, 'HTTP ' || http_status, 'no answer')
            ELSE COALESCE(unpriced_reason, 'unknown') || ': ' || COALESCE(provider_model, 'unknown')
          END AS detail,
          event_id, cost_usd
        FROM charges
        UNION ALL
        SELECT CASE note WHEN 'lower_bound' THEN 'LOWER_BOUND' ELSE 'ASSUMED' END, note, event_id, cost_usd
        FROM charges, unnest(price_notes) AS note
        WHERE counted AND cost_usd IS NOT NULL AND (note = 'lower_bound' OR note LIKE '%\\_assumed')
        UNION ALL
        SELECT CASE WHEN 'free' = ANY (price_notes) THEN 'FREE' ELSE 'ZERO_COST' END, COALESCE(provider_model, 'unknown'), event_id, cost_usd
        FROM charges
        WHERE counted AND cost_usd = 0 AND (input_tokens > 0 OR output_tokens > 0)
        UNION ALL
        SELECT 'SINCE_CLOSE', to_char(m.month, 'YYYY-MM'), e.event_id, e.cost_usd
        FROM token_ledger.token_ledger_closed_months m
        JOIN token_ledger.token_ledger_events e
          ON e.timestamp >= m.month::timestamp AT TIME ZONE 'UTC'
          AND e.timestamp < (m.month + interval '1 month') AT TIME ZONE 'UTC'
        WHERE e.ingested_at > m.closed_at AND m.reopened_at IS NULL
          AND e.event_id IN (SELECT event_id FROM charges WHERE counted)
      ) AS remarks
      WHERE kind IS NOT NULL
      GROUP BY kind, detail
      ORDER BY count DESC, detail
      """;

  /** By days, so that a part of a month is that part; as the totals count it. */
  private static final String DROPPED =
      """
      SELECT 'ROWS_DROPPED' AS kind, to_char(m.month, 'YYYY-MM') AS detail,
        COALESCE(sum(d.calls), 0)::bigint AS count, sum(d.cost_usd) AS cost_usd
      FROM token_ledger.token_ledger_dropped_months m
      LEFT JOIN token_ledger.token_ledger_daily_sums d
        ON d.day >= m.month AND d.day < m.month + interval '1 month' AND d.billed AND NOT d.repeat
        AND d.day >= (?::timestamptz AT TIME ZONE 'UTC')::date
        AND d.day < (?::timestamptz AT TIME ZONE 'UTC')::date
      WHERE m.dropped_at IS NOT NULL
        AND m.month + interval '1 month' > ?::timestamptz AT TIME ZONE 'UTC'
        AND m.month < ?::timestamptz AT TIME ZONE 'UTC'
      GROUP BY m.month
      ORDER BY m.month
      """;

  private static final String MISSING =
      """
      SELECT 'GAP' AS kind, kind || COALESCE(' ' || reason, '') AS detail,
        COALESCE(sum(missing), count(*)) AS count, NULL::numeric AS cost_usd
      FROM token_ledger.token_ledger_gaps
      WHERE COALESCE(first_at, detected_at) >= ? AND COALESCE(first_at, detected_at) < ?
      GROUP BY 1, 2
      UNION ALL
      SELECT 'DEAD_LETTER', reason, count(*), NULL
      FROM token_ledger.token_ledger_dead_letters
      WHERE recorded_at >= ? AND recorded_at < ?
      GROUP BY 1, 2
      ORDER BY 3 DESC, 2
      """;

  /** Out of what agents counted, so also what is in no row. */
  private static final String WATCH =
      """
      WITH coverage AS (
        SELECT provider, api,
          sum(usage_expected) AS expected, sum(usage_parsed) AS parsed,
          sum(usage_incomplete) AS incomplete, sum(not_reported) AS not_reported,
          sum(truncated) AS truncated, sum(too_large) AS too_large,
          sum(encoding_unsupported) AS encoding_unsupported, sum(faults) AS faults
        FROM token_ledger.token_ledger_coverage
        WHERE day >= (?::timestamptz AT TIME ZONE 'UTC')::date
          AND day < (?::timestamptz AT TIME ZONE 'UTC')::date
        GROUP BY provider, api
      )
      SELECT 'COVERAGE' AS kind,
        provider || ' ' || api || ': ' || trunc(100 * parsed / expected, 2) || ' % of '
          || expected || ' read (' || concat_ws(', ',
            'incomplete ' || NULLIF(incomplete, 0),
            'not_reported ' || NULLIF(not_reported, 0),
            'truncated ' || NULLIF(truncated, 0),
            'too_large ' || NULLIF(too_large, 0),
            'encoding_unsupported ' || NULLIF(encoding_unsupported, 0),
            'faults ' || NULLIF(faults, 0)) || ')' AS detail,
        expected - parsed AS count, NULL::numeric AS cost_usd
      FROM coverage WHERE parsed < expected
      UNION ALL
      SELECT 'UNLISTED_HOST',
        host || ' ' || call || CASE WHEN metered THEN ': metered, billed = false' ELSE ': not metered' END,
        sum(calls), NULL
      FROM token_ledger.token_ledger_unlisted_hosts
      WHERE day >= (?::timestamptz AT TIME ZONE 'UTC')::date
        AND day < (?::timestamptz AT TIME ZONE 'UTC')::date
      GROUP BY host, call, metered
      ORDER BY 3 DESC, 2
      """;

  private final Database database;

  public ReportReader(Database database) {
    this.database = database;
  }

  /**
   * Reads the report of a period.
   *
   * @param ledger a sentence that says where the ledger is
   * @throws io.tokenledger.forwarder.store.StoreException when the ledger cannot be read
   */
  public Report read(Period period, String ledger) {
    try (Connection connection = database.connectToSnapshot()) {
      try {
        List<Group> groups = groups(connection, period);
        List<Remark> remarks = new ArrayList<>(remarks(connection, REMARKS, period, 1));
        remarks.addAll(remarks(connection, WATCH, period, 2));
        remarks.addAll(remarks(connection, DROPPED, period, 2));
        remarks.addAll(remarks(connection, MISSING, period, 2));
        return new Report(period, ledger, groups, remarks);
      } finally {
        connection.rollback();
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private static List<Group> groups(Connection connection, Period period) throws SQLException {
    List<Group> groups = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(GROUPS)) {
      bind(query, period, 1);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          groups.add(group(row));
        }
      }
    }
    groups.sort(java.util.Comparator.comparing(Group::dimension));
    return groups;
  }

  private static Group group(ResultSet row) throws SQLException {
    int grouped = ALL & ~row.getInt("summed_over");
    Dimension dimension =
        switch (grouped) {
          case 0 -> Dimension.TOTAL;
          case 0b100000 -> Dimension.PROVIDER;
          case 0b010000 -> Dimension.MODEL;
          case 0b001000 -> Dimension.SERVICE;
          case 0b000100 -> Dimension.TEAM;
          case 0b000010 -> Dimension.FEATURE;
          default -> Dimension.DAY;
        };
    String column =
        switch (dimension) {
          case TOTAL, PROVIDER -> "provider";
          case MODEL -> "provider_model";
          case SERVICE -> "app_name";
          case TEAM -> "team";
          case FEATURE -> "feature";
          case DAY -> "day";
        };
    return new Group(
        dimension,
        row.getString(column),
        new Figures(
            row.getLong("calls"),
            row.getBigDecimal("input_tokens"),
            row.getBigDecimal("cache_read_tokens"),
            row.getBigDecimal("cache_write_tokens"),
            row.getBigDecimal("output_tokens"),
            row.getBigDecimal("cost_usd"),
            row.getLong("unpriced"),
            row.getLong("unreported"),
            row.getLong("lower_bounds"),
            row.getLong("assumed")));
  }

  private static List<Remark> remarks(Connection connection, String sql, Period period, int ranges)
      throws SQLException {
    List<Remark> remarks = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      bind(query, period, ranges);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          BigDecimal cost = row.getBigDecimal("cost_usd");
          remarks.add(
              new Remark(
                  Remark.Kind.valueOf(row.getString("kind")),
                  row.getString("detail"),
                  row.getLong("count"),
                  cost));
        }
      }
    }
    return remarks;
  }

  private static void bind(PreparedStatement query, Period period, int ranges) throws SQLException {
    OffsetDateTime from = period.from() == null ? BEGINNING : startOf(period.from());
    OffsetDateTime end = period.to() == null ? END : startOf(period.to().plusDays(1));
    for (int range = 0; range < ranges; range++) {
      query.setObject(2 * range + 1, from);
      query.setObject(2 * range + 2, end);
    }
  }

  private static OffsetDateTime startOf(LocalDate day) {
    return day.atStartOfDay().atOffset(ZoneOffset.UTC);
  }
}
