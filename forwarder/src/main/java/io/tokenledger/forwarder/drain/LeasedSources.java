package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** The sources that this forwarder may read now, each with its reader. Not thread-safe. */
final class LeasedSources {
  private final Database database;
  private final SourceStore store;
  private final SourceDiscovery discovery;
  private final Consumer<String> notices;
  private final FileWindow window = new FileWindow();
  private final Map<UUID, SourceReader> readers = new TreeMap<>();
  private final Map<Path, SourceReader> finished = new HashMap<>();
  private int heldElsewhere;

  LeasedSources(
      Database database, SourceStore store, SourceDiscovery discovery, Consumer<String> notices) {
    this.database = database;
    this.store = store;
    this.discovery = discovery;
    this.notices = notices;
  }

  /** Looks for new sources, renews what is held, takes what is free. */
  void refresh() {
    try (Connection connection = database.connect()) {
      if (!readers.isEmpty()) {
        Set<UUID> held = store.renew(connection);
        List.copyOf(readers.keySet()).stream().filter(id -> !held.contains(id)).forEach(this::drop);
      }
      heldElsewhere = 0;
      for (SourceDirectory directory : discovery.scan(finished::containsKey)) {
        UUID id = directory.source().sourceId();
        if (!readers.containsKey(id) && !finished.containsKey(directory.path())) {
          take(connection, directory, id);
        }
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  /** In the order of the source ids. */
  List<SourceReader> readers() {
    return new ArrayList<>(readers.values());
  }

  /** Abandoned and wholly drained. */
  List<SourceReader> finished() {
    return new ArrayList<>(finished.values());
  }

  boolean holds(SourceReader reader) {
    return readers.get(reader.sourceId()) == reader;
  }

  SourceReader reader(UUID sourceId) {
    return readers.get(sourceId);
  }

  /** How many sources are on disk that are not known to be wholly drained. */
  int unfinished() {
    return (int)
        discovery.scan(finished::containsKey).stream()
            .filter(directory -> !finished.containsKey(directory.path()))
            .count();
  }

  /** Whether a directory is on disk that was never taken, as a copy of one that is finished. */
  boolean isAnyUntaken() {
    return discovery.scan(finished::containsKey).stream()
        .anyMatch(
            directory ->
                !finished.containsKey(directory.path())
                    && !readers.containsKey(directory.source().sourceId()));
  }

  int heldElsewhere() {
    return heldElsewhere;
  }

  /** Lets a source go; {@link #refresh} may take it again, from its stored position. */
  void drop(UUID sourceId) {
    SourceReader reader = readers.remove(sourceId);
    if (reader != null) {
      close(reader);
    }
  }

  void dropAll() {
    List.copyOf(readers.keySet()).forEach(this::drop);
  }

  /** Notes that nothing is left of an abandoned source. */
  void finish(SourceReader reader) {
    try (Connection connection = database.connect()) {
      store.drained(connection, reader.lease());
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    drop(reader.sourceId());
    finished.put(reader.directory().path(), reader);
  }

  void forget(SourceReader reader) {
    finished.remove(reader.directory().path());
  }

  /**
   * Forgets what a database that was restored to an older state does not have: it is read again.
   */
  void reviewFinished() {
    try (Connection connection = database.connect()) {
      for (SourceReader reader : finished()) {
        if (store.reads(connection, reader.sourceId()) != reader.lease().reads()) {
          forget(reader);
        }
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  void releaseAll() {
    dropAll();
    try (Connection connection = database.connect()) {
      store.releaseAll(connection);
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private void take(Connection connection, SourceDirectory directory, UUID id) throws SQLException {
    store.register(connection, directory.source(), directory.name());
    Optional<Lease> lease = store.lease(connection, id);
    if (lease.isEmpty()) {
      heldElsewhere++;
      return;
    }
    readers.put(id, new SourceReader(directory, lease.get(), window));
  }

  private void close(SourceReader reader) {
    try {
      reader.close();
    } catch (IOException failure) {
      notices.accept(
          "Closing files of " + reader.directory().path() + " failed (" + failure + ").");
    }
  }
}
