package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.AccountedProvider.Usage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * What stands in the ledger.
 *
 * @param rows of the events
 * @param gaps of the gaps
 * @param sources of the sources
 * @param deadLetters how many
 * @param rollups sentences on sums of rollups that are not those of the rows
 */
record Booked(
    List<Row> rows, List<Gap> gaps, List<Source> sources, long deadLetters, List<String> rollups) {

  /**
   * A row of the events.
   *
   * @param call number of the call, from the user it names; -1 for none
   * @param usage what it says was used, or null where it says nothing of one of the three
   */
  record Row(
      UUID source, int call, String responseId, Usage usage, String status, String completion) {}

  /** A row of the gaps. */
  record Gap(UUID source, String kind, String reason, long missing, String detail) {}

  /** A row of the sources. */
  record Source(UUID id, String service, long pid, Instant started) {}

  /**
   * The source that a process wrote, or null; where a pid was used again, the one that began when
   * the process did, by clocks that may be moved.
   */
  UUID source(String service, long pid, Instant begun) {
    return sources.stream()
        .filter(source -> source.pid() == pid && source.service().equals(service))
        .min(Comparator.comparing(source -> Duration.between(begun, source.started()).abs()))
        .map(Source::id)
        .orElse(null);
  }

  static Booked read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return new Booked(
          rows(statement),
          gaps(statement),
          sources(statement),
          deadLetters(statement),
          rollups(statement));
    }
  }

  private static List<Row> rows(Statement statement) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT source_id, user_id, response_id, input_tokens, cached_tokens, output_tokens,"
                + " status, completion FROM token_ledger.token_ledger_events")) {
      while (row.next()) {
        String user = row.getString(2);
        Long input = row.getObject(4, Long.class);
        Long cached = row.getObject(5, Long.class);
        Long output = row.getObject(6, Long.class);
        boolean known = input != null && cached != null && output != null;
        rows.add(
            new Row(
                row.getObject(1, UUID.class),
                user == null ? -1 : Integer.parseInt(user.substring(1)),
                row.getString(3),
                known ? new Usage(input, cached, output) : null,
                row.getString(7),
                row.getString(8)));
      }
    }
    return rows;
  }

  private static List<Gap> gaps(Statement statement) throws SQLException {
    List<Gap> gaps = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT source_id, kind, reason, missing, detail FROM"
                + " token_ledger.token_ledger_gaps")) {
      while (row.next()) {
        gaps.add(
            new Gap(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5)));
      }
    }
    return gaps;
  }

  private static List<Source> sources(Statement statement) throws SQLException {
    List<Source> sources = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT source_id, service, pid, started_at FROM token_ledger.token_ledger_sources")) {
      while (row.next()) {
        sources.add(
            new Source(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getLong(3),
                row.getTimestamp(4).toInstant()));
      }
    }
    return sources;
  }

  private static long deadLetters(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT count(*) FROM token_ledger.token_ledger_dead_letters")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static List<String> rollups(Statement statement) throws SQLException {
    List<String> different = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT coalesce(rows.day, daily.day), coalesce(rows.app_name, daily.app_name), rows, daily
              FROM (SELECT (timestamp AT TIME ZONE 'UTC')::date AS day, app_name, count(*) AS calls,
                           coalesce(sum(input_tokens), 0) AS input,
                           coalesce(sum(output_tokens), 0) AS output
                      FROM token_ledger.token_ledger_events GROUP BY 1, 2) AS rows
              FULL JOIN
                   (SELECT day, app_name, sum(calls) AS calls, sum(input_tokens) AS input,
                           sum(output_tokens) AS output
                      FROM token_ledger.token_ledger_daily GROUP BY 1, 2) AS daily
                ON rows.day = daily.day AND rows.app_name = daily.app_name
             WHERE (rows.calls, rows.input, rows.output)
                   IS DISTINCT FROM (daily.calls, daily.input, daily.output)
            """)) {
      while (row.next()) {
        different.add(
            "daily rollup of "
                + row.getString(2)
                + " on "
                + row.getString(1)
                + ": the rows come to "
                + row.getString(3)
                + ", the rollup to "
                + row.getString(4));
      }
    }
    return different;
  }
}
