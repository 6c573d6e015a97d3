package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Rows of {@code token_ledger_sources}: leases, positions, descriptions. Stateless. */
public final class SourceStore {
  private static final String REGISTER =
      """
      INSERT INTO token_ledger.token_ledger_sources
        (source_id, directory, service, environment, host, pid, started_at, agent_version,
         java_version, config_digest, clients, description)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)
      ON CONFLICT (source_id) DO UPDATE SET directory = EXCLUDED.directory
        WHERE token_ledger_sources.directory IS DISTINCT FROM EXCLUDED.directory
      """;

  private static final String LEASE =
      """
      UPDATE token_ledger.token_ledger_sources s
         SET lease_holder = ?, lease_until = now() + make_interval(secs => ?)
        FROM (SELECT source_id FROM token_ledger.token_ledger_sources
               WHERE source_id = ANY (?)
                 AND (lease_holder IS NULL OR lease_holder = ? OR lease_until < now())
               ORDER BY source_id FOR UPDATE SKIP LOCKED) free
       WHERE s.source_id = free.source_id
      RETURNING position, queue_file, queue_offset, segment_file, segment_offset, unnumbered_until,
                reads, s.source_id
      """;

  private static final String ADVANCE =
      """
      UPDATE token_ledger.token_ledger_sources
         SET position = ?, queue_file = ?, queue_offset = ?, segment_file = ?, segment_offset = ?,
             unnumbered_until = ?, reads = reads + 1, last_event_at = GREATEST(last_event_at, ?),
             drained_at = NULL, lease_until = now() + make_interval(secs => ?)
       WHERE source_id = ? AND position = ? AND reads = ?
      """;

  private final String holder;
  private final Duration lease;

  /**
   * @param holder name of this forwarder, unique among all that share the database
   * @param lease how long a lease lasts without renewal
   */
  public SourceStore(String holder, Duration lease) {
    this.holder = holder;
    this.lease = lease;
  }

  /**
   * Makes the rows of sources, or notes that a directory has another name now.
   *
   * @param directories names by source, in the order of the ids
   */
  public void register(Connection connection, Map<SourceDescription, String> directories)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REGISTER)) {
      for (Map.Entry<SourceDescription, String> each : directories.entrySet()) {
        SourceDescription source = each.getKey();
        statement.setObject(1, source.sourceId());
        statement.setString(2, each.getValue());
        statement.setString(3, source.service());
        statement.setString(4, source.environment());
        statement.setString(5, source.host());
        statement.setObject(6, source.pid(), Types.BIGINT);
        statement.setTimestamp(7, timestamp(source.startedAt()));
        statement.setString(8, source.agentVersion());
        statement.setString(9, source.javaVersion());
        statement.setString(10, source.configDigest());
        statement.setString(11, source.clients());
        statement.setString(12, source.json());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Takes the leases of those that no other forwarder holds. */
  public List<Lease> lease(Connection connection, Collection<UUID> sourceIds) throws SQLException {
    List<Lease> leases = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LEASE)) {
      statement.setString(1, holder);
      statement.setDouble(2, lease.toMillis() / 1000.0);
      statement.setArray(3, connection.createArrayOf("uuid", sourceIds.toArray()));
      statement.setString(4, holder);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          leases.add(new Lease(row.getObject(8, UUID.class), position(row), row.getLong(7)));
        }
      }
    }
    return leases;
  }

  /** Renews all leases of this forwarder; the sources that it still holds. */
  public Set<UUID> renew(Connection connection) throws SQLException {
    Set<UUID> held = new HashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE token_ledger.token_ledger_sources SET lease_until = now() + make_interval(secs"
                + " => ?) WHERE lease_holder = ? RETURNING source_id")) {
      statement.setDouble(1, lease.toMillis() / 1000.0);
      statement.setString(2, holder);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          held.add(row.getObject(1, UUID.class));
        }
      }
    }
    return held;
  }

  /** The fence as it is stored now; -1 for an unknown source. */
  public long reads(Connection connection, UUID sourceId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT reads FROM token_ledger.token_ledger_sources WHERE source_id = ?")) {
      statement.setObject(1, sourceId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    }
  }

  /** The fences as they are stored now, of the sources that are known. */
  public Map<UUID, Long> reads(Connection connection, Collection<UUID> sourceIds)
      throws SQLException {
    Map<UUID, Long> reads = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT source_id, reads FROM token_ledger.token_ledger_sources"
                + " WHERE source_id = ANY (?)")) {
      statement.setArray(1, connection.createArrayOf("uuid", sourceIds.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          reads.put(row.getObject(1, UUID.class), row.getLong(2));
        }
      }
    }
    return reads;
  }

  /**
   * Moves positions forward, in the order given, which must be that of the source ids.
   *
   * @return true when every source stood where it was expected
   */
  boolean advance(Connection connection, List<Advance> steps) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
      for (Advance step : steps) {
        ReadPosition to = step.to();
        statement.setLong(1, to.nextSeq());
        statement.setString(2, to.queueFile());
        statement.setLong(3, to.queueOffset());
        statement.setString(4, to.segmentFile());
        statement.setLong(5, to.segmentOffset());
        statement.setObject(6, to.unnumbered() == 0 ? null : to.unnumberedUntil(), Types.BIGINT);
        statement.setTimestamp(7, timestamp(step.lastEventAt()));
        statement.setDouble(8, lease.toMillis() / 1000.0);
        statement.setObject(9, step.sourceId());
        statement.setLong(10, step.expectedSeq());
        statement.setLong(11, step.reads());
        statement.addBatch();
      }
      return Arrays.stream(statement.executeBatch()).allMatch(changed -> changed == 1);
    }
  }

  /** Keeps the newest report of an agent. */
  void report(Connection connection, UUID sourceId, Instant at, String json) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE token_ledger.token_ledger_sources SET reported_at = ?, report = ?::jsonb
             WHERE source_id = ? AND (reported_at IS NULL OR reported_at <= ?)
            """)) {
      statement.setTimestamp(1, timestamp(at));
      statement.setString(2, json);
      statement.setObject(3, sourceId);
      statement.setTimestamp(4, timestamp(at));
      statement.executeUpdate();
    }
  }

  /**
   * Notes that abandoned sources have nothing left, and lets them go.
   *
   * @return those that it was noted of; of the others another forwarder has read or leased
   *     meanwhile
   */
  public Set<UUID> drained(Connection connection, List<Lease> leases) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE token_ledger.token_ledger_sources
               SET drained_at = COALESCE(drained_at, now()), lease_holder = NULL, lease_until = NULL
             WHERE source_id = ? AND reads = ? AND lease_holder = ?
            """)) {
      for (Lease done : leases) {
        statement.setObject(1, done.sourceId());
        statement.setLong(2, done.reads());
        statement.setString(3, holder);
        statement.addBatch();
      }
      int[] changed = statement.executeBatch();
      Set<UUID> noted = new HashSet<>();
      for (int i = 0; i < changed.length; i++) {
        if (changed[i] == 1) {
          noted.add(leases.get(i).sourceId());
        }
      }
      return noted;
    }
  }

  /**
   * Where a source stands that was wholly drained longer than that ago; empty when it was not, or
   * no longer stands at this fence.
   */
  public Optional<ReadPosition> drainedLongerAgoThan(
      Connection connection, Lease lease, Duration keep) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT position, queue_file, queue_offset, segment_file, segment_offset,
                   unnumbered_until
              FROM token_ledger.token_ledger_sources
             WHERE source_id = ? AND reads = ? AND drained_at < now() - make_interval(secs => ?)
            """)) {
      statement.setObject(1, lease.sourceId());
      statement.setLong(2, lease.reads());
      statement.setDouble(3, keep.toMillis() / 1000.0);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(position(row)) : Optional.empty();
      }
    }
  }

  /** Notes that the queue files of a source are gone. */
  public void deleted(Connection connection, UUID sourceId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE token_ledger.token_ledger_sources SET deleted_at = now(), lease_holder = NULL,"
                + " lease_until = NULL WHERE source_id = ?")) {
      statement.setObject(1, sourceId);
      statement.executeUpdate();
    }
  }

  /** Gives back every lease of this forwarder. */
  public void releaseAll(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE token_ledger.token_ledger_sources SET lease_holder = NULL, lease_until = NULL"
                + " WHERE lease_holder = ?")) {
      statement.setString(1, holder);
      statement.executeUpdate();
    }
  }

  private static ReadPosition position(ResultSet row) throws SQLException {
    return new ReadPosition(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getString(4),
        row.getLong(5),
        row.getLong(6));
  }

  private static Timestamp timestamp(Instant instant) {
    return instant == null ? null : Timestamp.from(instant);
  }
}
