package io.tokenledger.forwarder.reconcile;

import io.tokenledger.forwarder.store.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a month of one provider out of the ledger, by UTC day and who pays for it. */
public final class LedgerDaysReader {
  private static final String DAYS =
      """
      SELECT (c.timestamp AT TIME ZONE 'UTC')::date AS day,
        e.billing_project AS project, e.billing_account AS organization, e.api_key_fingerprint AS fingerprint,
        COALESCE(sum(c.input_tokens - COALESCE(c.cache_read_tokens, 0) - COALESCE(c.cache_write_tokens, 0)), 0) AS fresh,
        COALESCE(sum(c.cache_read_tokens), 0) AS read,
        COALESCE(sum(c.cache_write_tokens), 0) AS written,
        COALESCE(sum(c.output_tokens), 0) AS output,
        COALESCE(sum(c.cost_usd) FILTER (WHERE NOT assumed.is), 0) AS known,
        COALESCE(sum(c.cost_usd) FILTER (WHERE assumed.is), 0) AS assumed,
        count(*) FILTER (WHERE c.cost_usd IS NULL AND c.unpriced_reason IS DISTINCT FROM 'error_not_billed') AS unreported
      FROM token_ledger.token_ledger_charges c
      JOIN token_ledger.token_ledger_events e ON e.timestamp = c.timestamp AND e.event_id = c.event_id
      CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM unnest(c.price_notes) AS note
          WHERE note LIKE '%\\_assumed' OR note = 'lower_bound') AS is) AS assumed
      WHERE c.timestamp >= ? AND c.timestamp < ? AND c.provider = ?
        AND NOT c.repeat AND c.billed IS DISTINCT FROM false
      GROUP BY 1, 2, 3, 4
      ORDER BY 1, 2, 3, 4
      """;

  private static final String GAPS =
      """
      SELECT DISTINCT day::date
      FROM token_ledger.token_ledger_gaps
      CROSS JOIN LATERAL generate_series(
        (COALESCE(first_at, detected_at) AT TIME ZONE 'UTC')::date::timestamp,
        GREATEST(COALESCE(last_at, first_at, detected_at), COALESCE(first_at, detected_at)) AT TIME ZONE 'UTC',
        interval '1 day') AS day
      WHERE COALESCE(last_at, first_at, detected_at) >= ? AND COALESCE(first_at, detected_at) < ?
      """;

  private final Database database;

  public LedgerDaysReader(Database database) {
    this.database = database;
  }

  /** The ledger's part of a reconciliation. */
  public LedgerMonth read(String provider, YearMonth month) {
    List<LedgerDay> days = new ArrayList<>();
    Set<LocalDate> gaps = new HashSet<>();
    try (Connection connection = database.connect();
        PreparedStatement select = connection.prepareStatement(DAYS);
        PreparedStatement missing = connection.prepareStatement(GAPS)) {
      for (PreparedStatement statement : List.of(select, missing)) {
        statement.setObject(1, month.atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC));
        statement.setObject(
            2, month.plusMonths(1).atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC));
      }
      select.setString(3, provider);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          days.add(day(rows));
        }
      }
      try (ResultSet rows = missing.executeQuery()) {
        while (rows.next()) {
          gaps.add(rows.getObject(1, LocalDate.class));
        }
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    return new LedgerMonth(days, gaps);
  }

  private static LedgerDay day(ResultSet row) throws SQLException {
    Map<BillLine.Kind, BigDecimal> tokens = new EnumMap<>(BillLine.Kind.class);
    tokens.put(BillLine.Kind.FRESH_INPUT, row.getBigDecimal("fresh"));
    tokens.put(BillLine.Kind.CACHE_READ, row.getBigDecimal("read"));
    tokens.put(BillLine.Kind.CACHE_WRITE, row.getBigDecimal("written"));
    tokens.put(BillLine.Kind.OUTPUT, row.getBigDecimal("output"));
    return new LedgerDay(
        row.getObject("day", LocalDate.class),
        row.getString("project"),
        row.getString("organization"),
        row.getString("fingerprint"),
        tokens,
        row.getBigDecimal("known"),
        row.getBigDecimal("assumed"),
        row.getLong("unreported"));
  }
}
