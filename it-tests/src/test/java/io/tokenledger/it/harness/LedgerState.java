package io.tokenledger.it.harness;

import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where everything stands, for the message of a test that waits in vain: what the ledger has of
 * each source, and what lies on disk.
 */
public final class LedgerState {
  private static final String SOURCES =
      """
      SELECT s.source_id, directory, position, reads, queue_file, queue_offset, segment_file,
             segment_offset, lease_holder, lease_until, drained_at, deleted_at, now(),
             (SELECT count(*) FROM token_ledger.token_ledger_events e
               WHERE e.source_id = s.source_id) AS rows
        FROM token_ledger.token_ledger_sources s ORDER BY s.source_id
      """;

  private static final String GAPS =
      "SELECT * FROM token_ledger.token_ledger_gaps ORDER BY source_id";

  private LedgerState() {}

  /** Never throws: what cannot be asked is said so. */
  public static String of(ForwarderSetup forwarder) {
    return "--- token_ledger_sources\n"
        + rows(forwarder, SOURCES)
        + "--- token_ledger_gaps\n"
        + rows(forwarder, GAPS)
        + "--- files\n"
        + files(forwarder.queueDirectory())
        + "--- entries on disk\n"
        + entries(forwarder.queueDirectory());
  }

  private static String rows(ForwarderSetup forwarder, String sql) {
    StringBuilder text = new StringBuilder();
    try (Connection connection = forwarder.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        StringJoiner columns = new StringJoiner(" ");
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(row.getMetaData().getColumnName(i) + "=" + row.getString(i));
        }
        text.append(columns).append('\n');
      }
    } catch (SQLException failure) {
      text.append(failure).append('\n');
    }
    return text.toString();
  }

  private static String files(Path base) {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> all = Files.walk(base)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        text.append(base.relativize(file)).append(' ').append(Files.size(file)).append('\n');
      }
    } catch (IOException failure) {
      text.append(failure).append('\n');
    }
    return text.toString();
  }

  /** Of a source whose process was not killed, the last entry is the report of its stop. */
  private static String entries(Path base) {
    Map<UUID, String> bySource = new TreeMap<>();
    try {
      List<LedgerEntry> all = QueueContents.of(base).entries();
      for (LedgerEntry entry : all) {
        List<LedgerEntry> own =
            all.stream().filter(other -> other.sourceId().equals(entry.sourceId())).toList();
        bySource.computeIfAbsent(entry.sourceId(), id -> summary(own));
      }
    } catch (RuntimeException | AssertionError failure) {
      return failure + "\n";
    }
    StringBuilder text = new StringBuilder();
    bySource.forEach((id, summary) -> text.append(id).append(' ').append(summary).append('\n'));
    return text.toString();
  }

  private static String summary(List<LedgerEntry> own) {
    LedgerEntry last = own.get(own.size() - 1);
    return own.size()
        + " entries, "
        + own.stream().filter(entry -> entry.body() instanceof UsageRecord).count()
        + " exchanges, gaps "
        + own.stream().map(LedgerEntry::body).filter(GapRecord.class::isInstance).toList()
        + ", first "
        + own.get(0).seq()
        + ", last "
        + last.seq()
        + " "
        + (last.body() instanceof AgentReport report ? report.json() : last.body().getClass());
  }
}
