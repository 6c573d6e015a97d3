package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Books what agents counted in {@code token_ledger_coverage} and {@code
 * token_ledger_unlisted_hosts}. Reports are cumulative, and how far a source is booked stands
 * beside its position and moves in the same transaction: a report that is read again adds nothing,
 * and one that was never read is made up for by the next. Stateless.
 */
final class CoverageStore {
  private static final String ADD_COVERAGE = addCoverage();

  private static final String ADD_HOST =
      """
      INSERT INTO token_ledger.token_ledger_unlisted_hosts AS h
        (day, source_id, host, call, metered, calls) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (day, source_id, host, call, metered) DO UPDATE SET calls = h.calls + EXCLUDED.calls
      """;

  /**
   * Books reports, those of one source in the order in which it wrote them.
   *
   * @param now when a report that names no time is booked
   */
  void write(Connection connection, List<LedgerBatch.Report> reports, Instant now)
      throws SQLException {
    Map<UUID, ReportedCounters> booked = new TreeMap<>();
    Map<UUID, ReportedCounters> before = new TreeMap<>();
    for (LedgerBatch.Report report : reports) {
      ReportedCounters counters = ReportedCounters.of(report.json());
      if (counters.counts().isEmpty()) {
        continue;
      }
      UUID source = report.sourceId();
      if (!booked.containsKey(source)) {
        before.put(source, read(connection, source));
        booked.put(source, before.get(source));
      }
      ReportedCounters more = counters.since(booked.get(source));
      booked.put(source, booked.get(source).and(counters));
      Instant at = report.at() == null ? now : report.at();
      add(connection, source, LocalDate.ofInstant(at, ZoneOffset.UTC), more);
    }
    for (Map.Entry<UUID, ReportedCounters> source : booked.entrySet()) {
      if (!source.getValue().counts().equals(before.get(source.getKey()).counts())) {
        keep(connection, source.getKey(), source.getValue());
      }
    }
  }

  private static ReportedCounters read(Connection connection, UUID source) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT coverage FROM token_ledger.token_ledger_sources WHERE source_id = ?")) {
      statement.setObject(1, source);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? ReportedCounters.of(row.getString(1)) : ReportedCounters.NONE;
      }
    }
  }

  private static void keep(Connection connection, UUID source, ReportedCounters booked)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE token_ledger.token_ledger_sources SET coverage = ?::jsonb"
                + " WHERE source_id = ?")) {
      statement.setString(1, booked.json());
      statement.setObject(2, source);
      statement.executeUpdate();
    }
  }

  private static void add(
      Connection connection, UUID source, LocalDate day, ReportedCounters counters)
      throws SQLException {
    Map<List<String>, long[]> coverage = new LinkedHashMap<>();
    try (PreparedStatement host = connection.prepareStatement(ADD_HOST)) {
      for (Map.Entry<ReportedCounters.Names, Long> counter : counters.counts().entrySet()) {
        ReportedCounters.Names names = counter.getKey();
        if (names.get(0).equals(ReportedCounters.COVERAGE)) {
          coverage
                  .computeIfAbsent(
                      List.of(names.get(1), names.get(2)),
                      key -> new long[ReportedCounters.COVERAGE_COUNTERS.size()])[
                  ReportedCounters.COVERAGE_COUNTERS.indexOf(names.get(3))] =
              counter.getValue();
        } else {
          host.setObject(1, day);
          host.setObject(2, source);
          host.setString(3, names.get(2));
          host.setString(4, names.get(3));
          host.setBoolean(5, names.get(1).equals(ReportedCounters.METERED));
          host.setLong(6, counter.getValue());
          host.addBatch();
        }
      }
      host.executeBatch();
    }
    addCoverage(connection, source, day, coverage);
  }

  private static void addCoverage(
      Connection connection, UUID source, LocalDate day, Map<List<String>, long[]> coverage)
      throws SQLException {
    if (coverage.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(ADD_COVERAGE)) {
      for (Map.Entry<List<String>, long[]> row : coverage.entrySet()) {
        statement.setObject(1, day);
        statement.setObject(2, source);
        statement.setString(3, row.getKey().get(0));
        statement.setString(4, row.getKey().get(1));
        for (int i = 0; i < row.getValue().length; i++) {
          statement.setLong(5 + i, row.getValue()[i]);
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static String addCoverage() {
    List<String> counters = ReportedCounters.COVERAGE_COUNTERS;
    return "INSERT INTO token_ledger.token_ledger_coverage AS c (day, source_id, provider, api, "
        + String.join(", ", counters)
        + ") VALUES (?, ?, ?, ?"
        + ", ?".repeat(counters.size())
        + ") ON CONFLICT (day, source_id, provider, api) DO UPDATE SET "
        + counters.stream()
            .map(counter -> counter + " = c." + counter + " + EXCLUDED." + counter)
            .collect(Collectors.joining(", "));
  }
}
