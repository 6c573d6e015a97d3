package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.forwarder.store.SourceDescription;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * More sources at once than may be open: few files open, nobody kept waiting, new ones found.
 * {@code -Dsources=2000} makes it thousands.
 */
@ExtendWith(PostgresExtension.class)
class ManySourcesTest {
  private static final Duration AT_MOST = Duration.ofSeconds(60);
  private static final int MAX_OPEN = 200;
  private static final int SOURCES = Integer.getInteger("sources", 300);
  private static final String COUNT_SMALL =
      "SELECT count(*) FROM token_ledger_events WHERE feature = 'small'";

  @TempDir Path queues;
  private final List<SegmentSource> live = new ArrayList<>();
  private Ledger ledger;
  private Drain drain;
  private CompletableFuture<DrainSummary> followed;
  private int mostOpen;

  @BeforeEach
  void open(PostgresSettings settings) {
    ledger = new Ledger(settings);
    drain = ledger.drain(queues);
  }

  @AfterEach
  void close() throws IOException {
    drain.stop();
    if (followed != null) {
      followed.join();
    }
    drain.close();
    for (SegmentSource source : live) {
      source.close();
    }
    ledger.close();
  }

  @Test
  void drainsManySourcesWithFewFilesOpen() throws Exception {
    int alive = Math.min(SOURCES, MAX_OPEN + 20);
    int ended = SOURCES - alive;
    for (int i = 0; i < ended; i++) {
      ended("ended-" + i, 2);
    }
    for (int i = 0; i < alive; i++) {
      live("live-" + i, 3);
    }

    follow();
    awaitRows(ended * 2 + alive * 3);
    for (SegmentSource source : live) {
      source.append(1);
    }
    awaitRows(ended * 2 + alive * 4);

    assertThat(mostOpen).isBetween(2, MAX_OPEN);
    assertThat(
            ledger.query(
                "SELECT count(*) FROM token_ledger_events GROUP BY source_id, source_seq"
                    + " HAVING count(*) > 1"))
        .isEmpty();
    await(
        ended + " ended",
        "SELECT count(*) FROM token_ledger_sources WHERE drained_at IS NOT NULL",
        ended);
  }

  /** Counted is what was committed in between, which a slow machine does not change. */
  @Test
  void oneWithABacklogKeepsNobodyWaiting() throws Exception {
    int backlog = 60_000;
    live("busy", backlog);
    SegmentSource small = live("small", 1);

    follow();
    await("the small one", COUNT_SMALL, 1);
    small.append(1);
    Instant appended = Instant.now();
    await("the small one", COUNT_SMALL, 2);
    await("all", "SELECT count(*) FROM token_ledger_events", backlog + 2);

    String between =
        " FROM token_ledger_events WHERE feature = 'busy' AND ingested_at > '" + appended + "'";
    String small2 = "(SELECT max(ingested_at) FROM token_ledger_events WHERE feature = 'small')";
    assertThat(count("SELECT count(*)" + between + " AND ingested_at > " + small2))
        .as("busy records after the small one's")
        .isGreaterThan(backlog / 2);
    assertThat(
            count("SELECT count(DISTINCT ingested_at)" + between + " AND ingested_at < " + small2))
        .as("batches of the busy one that the small one waited for")
        .isLessThan(8);
  }

  @Test
  void findsANewSourceWithinSeconds() throws Exception {
    live("first", 1);
    follow();
    awaitRows(1);

    long start = System.nanoTime();
    live("second", 1);
    awaitRows(2);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void continuesWhereItWasInAFileThatWasClosedMeanwhile() throws Exception {
    OpenSources open = new OpenSources(2);
    FileWindow window = new FileWindow();
    List<SourceReader> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      SegmentSource source = live("s" + i, 2);
      Path directory = queues.resolve("s" + i);
      readers.add(
          new SourceReader(
              new SourceDirectory(directory, description(source)),
              new Lease(source.sourceId, ReadPosition.START, 0),
              window));
    }

    List<Long> seqs = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (SourceReader reader : readers) {
        int before = seqs.size();
        reader.pull(1, Long.MAX_VALUE, pulled -> seqs.add(pulled.entry().seq()));
        open.used(reader, seqs.size() > before);
        assertThat(openFiles()).isLessThanOrEqualTo(2);
      }
    }

    assertThat(seqs).containsExactly(0L, 0L, 0L, 1L, 1L, 1L);
  }

  private static SourceDescription description(SegmentSource source) {
    return new SourceDescription(
        source.sourceId, null, null, null, null, null, null, null, null, null, "{}");
  }

  private void ended(String name, int records) throws IOException {
    new SegmentSource(queues, name, false).append(records).close();
  }

  private SegmentSource live(String name, int records) throws IOException {
    SegmentSource source = new SegmentSource(queues, name, true).append(records);
    live.add(source);
    return source;
  }

  private void follow() {
    followed = CompletableFuture.supplyAsync(drain::follow);
  }

  private long count(String query) throws SQLException {
    return Long.parseLong(ledger.query(query).get(0));
  }

  private void awaitRows(long rows) throws Exception {
    await(rows + " rows", "SELECT count(*) FROM token_ledger_events", rows);
  }

  private void await(String what, String count, long wanted) throws Exception {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    long found = 0;
    while (found < wanted) {
      mostOpen = Math.max(mostOpen, openFiles());
      found = count(count);
      if (followed.isDone()) {
        throw new AssertionError("the drain ended: " + followed.join());
      }
      assertThat(System.nanoTime()).as("%s, found %d", what, found).isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
    assertThat(found).as(what).isEqualTo(wanted);
  }

  /**
   * Queue files that this process has open for reading; the tests' own writers have theirs, too.
   */
  private int openFiles() throws IOException {
    int open = 0;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          Path target = Files.readSymbolicLink(descriptor);
          boolean ofASource =
              target.startsWith(queues.toRealPath()) && target.toString().endsWith(".tlseg");
          open += ofASource && isReadOnly(descriptor) ? 1 : 0;
        } catch (IOException closedMeanwhile) {
          // no longer open
        }
      }
    }
    return open;
  }

  private static boolean isReadOnly(Path descriptor) throws IOException {
    Path info = Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName());
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("flags:"))
        .allMatch(line -> (Integer.parseInt(line.substring(6).trim(), 8) & 3) == 0);
  }
}
