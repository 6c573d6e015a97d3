package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.SourceDescription;
import io.tokenledger.forwarder.store.SourceStore;
import io.tokenledger.record.RecordCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** The sources that this forwarder may read now, each with its reader. Not thread-safe. */
final class LeasedSources {
  /** More descriptors than this would need a limit of their own from whoever runs us. */
  private static final int MAX_OPEN = 200;

  /** So many are taken in one go at most: the first of them shall not wait for the last. */
  private static final int MAX_TAKEN = 500;

  private final Database database;
  private final SourceStore store;
  private final SourceDiscovery discovery;
  private final Consumer<String> notices;
  private final FileWindow window = new FileWindow();
  private final RecordCodec codec = new RecordCodec();
  private final OpenSources open = new OpenSources(MAX_OPEN);
  private final Map<UUID, SourceReader> readers = new TreeMap<>();
  private final Map<Path, SourceReader> finished = new HashMap<>();
  private final Set<UUID> elsewhere = new HashSet<>();

  LeasedSources(
      Database database, SourceStore store, SourceDiscovery discovery, Consumer<String> notices) {
    this.database = database;
    this.store = store;
    this.discovery = discovery;
    this.notices = notices;
  }

  /**
   * Looks for new sources, renews what is held, takes what is free.
   *
   * @return false when there are more to take than one go takes
   */
  boolean refresh() {
    renew();
    Map<UUID, SourceDirectory> free = new LinkedHashMap<>();
    boolean all = true;
    Collection<SourceDirectory> found = discovery.scan(this::isFinished);
    forgetMoved();
    for (SourceDirectory directory : found) {
      UUID id = directory.source().sourceId();
      if (!readers.containsKey(id) && !isFinished(directory)) {
        if (free.size() < MAX_TAKEN || elsewhere.contains(id)) {
          free.put(id, directory);
        } else {
          all = false;
        }
      }
    }
    take(free);
    return all;
  }

  /** Renews what is held; what is not any more is let go. */
  void renew() {
    if (readers.isEmpty()) {
      return;
    }
    try (Connection connection = database.connect()) {
      Set<UUID> held = store.renew(connection);
      List.copyOf(readers.keySet()).stream().filter(id -> !held.contains(id)).forEach(this::drop);
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

  /** Those whose files stay open: worth a look more often than the others. */
  List<SourceReader> kept() {
    return readers.values().stream().filter(open::isKept).toList();
  }

  /**
   * Notes that a source was read, which may close the files of another one.
   *
   * @param brought whether there was anything
   */
  void used(SourceReader reader, boolean brought) throws IOException {
    open.used(reader, brought);
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
        discovery.scan(this::isFinished).stream()
            .filter(directory -> !isFinished(directory))
            .count();
  }

  /** Whether a directory is on disk that was never taken, as a copy of one that is finished. */
  boolean isAnyUntaken() {
    return discovery.scan(this::isFinished).stream()
        .anyMatch(
            directory ->
                !isFinished(directory) && !readers.containsKey(directory.source().sourceId()));
  }

  int heldElsewhere() {
    return elsewhere.size();
  }

  /** Lets a source go; {@link #refresh} may take it again, from its stored position. */
  void drop(UUID sourceId) {
    SourceReader reader = readers.remove(sourceId);
    if (reader != null) {
      open.forget(reader);
      close(reader);
    }
  }

  void dropAll() {
    List.copyOf(readers.keySet()).forEach(this::drop);
  }

  /**
   * Notes that nothing is left of abandoned sources. One that another forwarder took meanwhile is
   * only let go: what that one came to, the ledger will say.
   */
  void finish(List<SourceReader> done) {
    if (done.isEmpty()) {
      return;
    }
    Set<UUID> noted;
    try (Connection connection = database.connect()) {
      noted = store.drained(connection, done.stream().map(SourceReader::lease).toList());
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    for (SourceReader reader : done) {
      drop(reader.sourceId());
      if (noted.contains(reader.sourceId())) {
        finished.put(reader.directory().path(), reader);
      }
    }
  }

  void forget(SourceReader reader) {
    finished.remove(reader.directory().path());
  }

  /**
   * Forgets what a database that was restored to an older state does not have: what was finished,
   * or read without being finished, is read again, what another forwarder held is registered again,
   * for that one may be gone. Nothing may be being written meanwhile.
   */
  void review() {
    try (Connection connection = database.connect()) {
      List<SourceReader> all = finished();
      Set<UUID> known = new HashSet<>(elsewhere);
      all.forEach(reader -> known.add(reader.sourceId()));
      known.addAll(readers.keySet());
      Map<UUID, Long> reads = store.reads(connection, known);
      for (SourceReader reader : all) {
        if (!Long.valueOf(reader.lease().reads()).equals(reads.get(reader.sourceId()))) {
          forget(reader);
        }
      }
      for (SourceReader reader : readers()) {
        if (!Long.valueOf(reader.lease().reads()).equals(reads.get(reader.sourceId()))) {
          drop(reader.sourceId());
        }
      }
      elsewhere.retainAll(reads.keySet());
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

  private boolean isFinished(SourceDirectory directory) {
    SourceReader reader = finished.get(directory.path());
    return reader != null && reader.sourceId().equals(directory.source().sourceId());
  }

  /**
   * A reader that went on in a directory that was renamed would find files of whoever has its name.
   */
  private void forgetMoved() {
    for (SourceReader reader : readers()) {
      if (!discovery.isAt(reader.directory().path(), reader.sourceId())) {
        drop(reader.sourceId());
      }
    }
    finished
        .values()
        .removeIf(reader -> !discovery.isAt(reader.directory().path(), reader.sourceId()));
  }

  private void take(Map<UUID, SourceDirectory> free) {
    Map<SourceDescription, String> unseen = new LinkedHashMap<>();
    for (SourceDirectory directory : free.values()) {
      if (!elsewhere.contains(directory.source().sourceId())) {
        unseen.put(directory.source(), directory.name());
      }
    }
    elsewhere.clear();
    if (free.isEmpty()) {
      return;
    }
    try (Connection connection = database.connect()) {
      store.register(connection, unseen);
      for (Lease lease : store.lease(connection, free.keySet())) {
        SourceDirectory directory = free.remove(lease.sourceId());
        readers.put(lease.sourceId(), new SourceReader(directory, lease, window, codec));
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    elsewhere.addAll(free.keySet());
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
