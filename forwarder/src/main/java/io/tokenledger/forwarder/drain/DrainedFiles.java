package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.forwarder.store.SourceStore;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Deletes queue files whose records are committed and older than {@code queue.keep}, less while the
 * directory is over half its limit: everything of an abandoned source, whole cycles below the
 * current one of a live source. Not thread-safe.
 */
final class DrainedFiles {
  private final Database database;
  private final SourceStore store;
  private final KeepTime keepTime;
  private final FileWindow window = new FileWindow();
  private final Clock clock;
  private final Consumer<String> notices;
  private Duration keep;
  private Instant now = Instant.EPOCH;

  /**
   * @param clock that of the ledger: one that jumps must not take files that a restored ledger
   *     would ask for
   */
  DrainedFiles(
      Database database,
      SourceStore store,
      KeepTime keepTime,
      Clock clock,
      Consumer<String> notices) {
    this.database = database;
    this.store = store;
    this.keepTime = keepTime;
    this.keep = keepTime.configured();
    this.clock = clock;
    this.notices = notices;
  }

  /** Looks how full the directory is, which decides how long drained files stay now. */
  void measure() {
    keep = keepTime.now();
    now = clock.instant();
  }

  /**
   * Deletes the directory of an abandoned source once it was drained long enough ago. Looks a
   * second time before: on a volume whose locks do not reach this host a source may have lived on.
   *
   * @return true when it is not a finished source any more: gone, or to be read again
   */
  boolean deleteAbandoned(SourceReader finished) {
    SourceDirectory directory = finished.directory();
    if (directory.isLive()) {
      return true;
    }
    try (Connection connection = database.connect()) {
      Optional<ReadPosition> stored =
          store.drainedLongerAgoThan(connection, finished.lease(), keep);
      if (stored.isEmpty()) {
        return false;
      }
      if (!directory.isStillOfSource()
          || hasMore(directory, new Lease(finished.sourceId(), stored.get(), 0))
          || directory.isLive()) {
        return true;
      }
      delete(directory.path());
      store.deleted(connection, finished.sourceId());
      return true;
    } catch (SQLException failure) {
      throw database.explain(failure);
    } catch (IOException failure) {
      notices.accept(
          "Drained queue files in " + directory.path() + " cannot be deleted (" + failure + ").");
      return false;
    }
  }

  /** Deletes cycle files of a live source that lie wholly below its committed position. */
  void deleteOldCycles(SourceReader reader) {
    String current = reader.lease().position().queueFile();
    if (current == null) {
      return;
    }
    Path directory = reader.directory().path();
    Duration ofSource = keepTime.ofSource(directory);
    Instant before = now.minus(ofSource.compareTo(keep) < 0 ? ofSource : keep);
    try {
      for (String name : FileNames.list(directory, QueueLayout::isCycle).headSet(current)) {
        Path file = directory.resolve(name);
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          if (!reader.directory().isStillOfSource()) {
            return;
          }
          Files.delete(file);
        }
      }
    } catch (IOException failure) {
      notices.accept(
          "Drained queue files in " + directory + " cannot be deleted (" + failure + ").");
    }
  }

  /** Whether anything is on disk beyond that position. */
  private boolean hasMore(SourceDirectory directory, Lease stored) throws IOException {
    try (SourceReader reader = new SourceReader(directory, stored, window)) {
      List<Pulled> beyond = new ArrayList<>();
      reader.pull(1, Long.MAX_VALUE, beyond::add);
      return !beyond.isEmpty() || reader.tornEnd() != null;
    }
  }

  /**
   * The description last: a half deleted directory is still a source, and is finished next time.
   */
  private static void delete(Path directory) throws IOException {
    for (String name : FileNames.list(directory, file -> !isIdentity(file))) {
      Files.delete(directory.resolve(name));
    }
    Files.deleteIfExists(directory.resolve(QueueLayout.LOCK_FILE));
    Files.deleteIfExists(directory.resolve(QueueLayout.SOURCE_FILE));
    Files.delete(directory);
  }

  private static boolean isIdentity(String file) {
    return file.equals(QueueLayout.LOCK_FILE) || file.equals(QueueLayout.SOURCE_FILE);
  }
}
