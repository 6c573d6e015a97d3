package io.tokenledger.forwarder.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Reads how sources stand; takes no lease and locks no row. Stateless. */
public final class OpenSources {
  /** A report says what became of the clients since {@code source.json} was written. */
  private static final String QUERY =
      """
      SELECT source_id, position, queue_file, queue_offset, segment_file, segment_offset,
             drained_at IS NOT NULL AS drained, last_event_at IS NOT NULL AS exchanged,
             CASE WHEN drained_at IS NULL THEN
               (SELECT jsonb_object_agg(key, value)
                  FROM jsonb_each_text(CASE
                         WHEN jsonb_typeof(report -> 'clients') = 'object' THEN report -> 'clients'
                         WHEN jsonb_typeof(clients) = 'object' THEN clients
                         ELSE '{}'::jsonb END)
                 WHERE value LIKE 'refused%')
             END AS refused
        FROM token_ledger.token_ledger_sources
       WHERE source_id = ANY (?)
      """;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private OpenSources() {}

  /** Those of these sources that the ledger knows. */
  public static Map<UUID, OpenSource> read(Connection connection, Collection<UUID> ids)
      throws SQLException {
    Map<UUID, OpenSource> sources = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          sources.put(row.getObject("source_id", UUID.class), source(row));
        }
      }
    }
    return sources;
  }

  private static OpenSource source(ResultSet row) throws SQLException {
    ReadPosition position =
        new ReadPosition(
            row.getLong("position"),
            row.getString("queue_file"),
            row.getLong("queue_offset"),
            row.getString("segment_file"),
            row.getLong("segment_offset"));
    String refused = row.getString("refused");
    try {
      return new OpenSource(
          position,
          row.getBoolean("drained"),
          row.getBoolean("exchanged"),
          refused == null ? Map.of() : JSON.readValue(refused, TEXTS));
    } catch (JsonProcessingException notFromPostgres) {
      throw new SQLException("clients of a source are no JSON object", notFromPostgres);
    }
  }
}
