package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.forwarder.store.SourceDescription;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Reads how the sources stand, from ledger and disk, and changes neither: no lease, no lock, no
 * row. Not thread-safe.
 */
public final class StatusReader {
  /** More undrained records of one source than this are not counted. */
  public static final int MOST_COUNTED = 100_000;

  private static final String QUERY =
      """
      SELECT s.*, COALESCE(s.lease_until > now(), false) AS leased,
             COALESCE(g.gaps, 0) AS gaps, COALESCE(g.missing, 0) AS missing,
             COALESCE(d.letters, 0) AS letters
        FROM token_ledger.token_ledger_sources s
        LEFT JOIN (SELECT source_id, count(*) AS gaps, sum(missing)::bigint AS missing
                     FROM token_ledger.token_ledger_gaps GROUP BY source_id) g USING (source_id)
        LEFT JOIN (SELECT source_id, count(*) AS letters
                     FROM token_ledger.token_ledger_dead_letters GROUP BY source_id) d
          USING (source_id)
       WHERE s.deleted_at IS NULL OR ?
       ORDER BY s.service, s.started_at, s.source_id
      """;

  private final Database database;
  private final Path queues;
  private final Clock clock = Clock.systemUTC();
  private final FileWindow window = new FileWindow();

  public StatusReader(Database database, Path queues) {
    this.database = database;
    this.queues = queues;
  }

  /**
   * Reads all sources, those that no forwarder has seen yet last.
   *
   * @param deleted also those whose files are deleted
   * @param notices is told what of the disk cannot be read
   */
  public List<SourceStatus> read(boolean deleted, Consumer<String> notices) {
    Map<UUID, SourceDirectory> onDisk = new TreeMap<>();
    new SourceDiscovery(queues, notices)
        .scan()
        .forEach(directory -> onDisk.put(directory.source().sourceId(), directory));
    List<SourceStatus> sources = new ArrayList<>();
    try (Connection connection = database.connect();
        var statement = connection.prepareStatement(QUERY)) {
      statement.setBoolean(1, deleted);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          sources.add(known(row, onDisk.remove(row.getObject("source_id", UUID.class)), notices));
        }
      }
      onDisk.keySet().removeAll(deletedAmong(connection));
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    onDisk.values().forEach(directory -> sources.add(unseen(directory, notices)));
    return sources;
  }

  private static List<UUID> deletedAmong(Connection connection) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT source_id FROM token_ledger.token_ledger_sources"
                    + " WHERE deleted_at IS NOT NULL")) {
      while (row.next()) {
        ids.add(row.getObject(1, UUID.class));
      }
    }
    return ids;
  }

  private SourceStatus known(ResultSet row, SourceDirectory directory, Consumer<String> notices)
      throws SQLException {
    UUID id = row.getObject("source_id", UUID.class);
    ReadPosition position =
        new ReadPosition(
            row.getLong("position"),
            row.getString("queue_file"),
            row.getLong("queue_offset"),
            row.getString("segment_file"),
            row.getLong("segment_offset"));
    Instant drained = instant(row, "drained_at");
    Instant gone = instant(row, "deleted_at");
    Backlog backlog = directory == null ? Backlog.UNKNOWN : backlog(directory, position, notices);
    return new SourceStatus(
        id,
        row.getString("directory"),
        row.getString("service"),
        row.getString("environment"),
        row.getString("host"),
        row.getObject("pid", Long.class),
        instant(row, "started_at"),
        row.getString("agent_version"),
        state(directory, backlog, drained, gone),
        position.nextSeq(),
        backlog.records(),
        backlog.behind(),
        row.getBoolean("leased") ? row.getString("lease_holder") : null,
        instant(row, "last_event_at"),
        instant(row, "reported_at"),
        drained,
        gone,
        row.getLong("gaps"),
        row.getLong("missing"),
        row.getLong("letters"));
  }

  private SourceStatus unseen(SourceDirectory directory, Consumer<String> notices) {
    SourceDescription source = directory.source();
    Backlog backlog = backlog(directory, ReadPosition.START, notices);
    return new SourceStatus(
        source.sourceId(),
        directory.name(),
        source.service(),
        source.environment(),
        source.host(),
        source.pid(),
        source.startedAt(),
        source.agentVersion(),
        state(directory, backlog, null, null),
        0,
        backlog.records(),
        backlog.behind(),
        null,
        null,
        null,
        null,
        null,
        0,
        0,
        0);
  }

  private static SourceStatus.State state(
      SourceDirectory directory, Backlog backlog, Instant drained, Instant deleted) {
    if (directory != null && directory.isLive()) {
      return SourceStatus.State.LIVE;
    }
    if (deleted != null) {
      return SourceStatus.State.DELETED;
    }
    if (drained != null && (directory == null || backlog.isNone())) {
      return SourceStatus.State.DRAINED;
    }
    return directory == null ? SourceStatus.State.ELSEWHERE : SourceStatus.State.ENDED;
  }

  /** What lies beyond a position; null records: not known. */
  private record Backlog(Long records, Duration behind) {
    static final Backlog UNKNOWN = new Backlog(null, null);

    boolean isNone() {
      return records != null && records == 0;
    }
  }

  private Backlog backlog(
      SourceDirectory directory, ReadPosition position, Consumer<String> notices) {
    Lease lease = new Lease(directory.source().sourceId(), position, 0);
    long[] records = {0};
    Instant[] oldest = {null};
    try (SourceReader reader = new SourceReader(directory, lease, window)) {
      reader.pull(
          MOST_COUNTED,
          Long.MAX_VALUE,
          step -> {
            if (step.entry() == null && step.problem() == null) {
              return; // taken before: in both queue and segments
            }
            records[0]++;
            Instant at = time(step);
            if (at != null && (oldest[0] == null || at.isBefore(oldest[0]))) {
              oldest[0] = at;
            }
          });
    } catch (IOException unreadable) {
      notices.accept(UnreadableSource.sentence(directory, unreadable));
      return Backlog.UNKNOWN;
    }
    return new Backlog(
        records[0], oldest[0] == null ? null : Duration.between(oldest[0], clock.instant()));
  }

  private static Instant time(Pulled step) {
    return step.entry() != null && step.entry().body() instanceof UsageRecord usage
        ? usage.get(UsageField.TIMESTAMP)
        : null;
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
