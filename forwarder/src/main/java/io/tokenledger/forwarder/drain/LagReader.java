package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.OpenSource;
import io.tokenledger.forwarder.store.OpenSources;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UndecodableRecordException;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Finds how far the sources on this disk are behind, without reading what lies between: the number
 * of the last record less the one that is committed. A look costs a few reads for each open source
 * and, over time, one pass over the newest file of those that are behind; it ends when its time is
 * used up, and the next look goes on there. Leaves leases, locks and files alone. Not thread-safe.
 */
public final class LagReader {
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

  /** Only exchanges, gaps and reports have a time; something among so many has one. */
  private static final int LOOKED_AT_FOR_A_TIME = 16;

  private final SourceDiscovery discovery;
  private final RecordCodec codec = new RecordCodec();
  private final FileWindow window = new FileWindow();
  private final Map<UUID, OpenSource> known = new HashMap<>();
  private final Map<UUID, Tail> tails = new HashMap<>();
  private final Map<UUID, SourceLag> lags = new HashMap<>();
  private final Consumer<String> notices;

  /** Sources that could not be read at the last look. */
  private final Set<UUID> unreadable = new HashSet<>();

  private int next;

  /** How far the end of a source was looked for: file and offset, and the number after the last. */
  private static final class Tail {
    String queueFile;
    long queueOffset;
    String segmentFile;
    long segmentOffset;
    long nextSeq;
  }

  /**
   * @param notices is told what of the disk cannot be read
   */
  public LagReader(Path queues, Consumer<String> notices) {
    this.discovery = new SourceDiscovery(queues, notices);
    this.notices = notices;
  }

  /** Reads from the ledger how far each source on disk is committed. */
  public void refresh(Connection connection) throws SQLException {
    Collection<SourceDirectory> directories = discovery.scan();
    List<UUID> ids = directories.stream().map(directory -> directory.source().sourceId()).toList();
    Map<UUID, OpenSource> now = OpenSources.read(connection, ids);
    known.clear();
    known.putAll(now);
  }

  /**
   * Looks at every open source: its process lives, or records of it are left. What the ledger said
   * last counts where it cannot be asked.
   */
  public List<SourceLag> read() {
    List<SourceDirectory> open = new ArrayList<>();
    for (SourceDirectory directory : discovery.scan()) {
      OpenSource stored = known.get(directory.source().sourceId());
      if (stored == null || !stored.drained()) {
        open.add(directory);
      }
    }
    List<UUID> ids = open.stream().map(directory -> directory.source().sourceId()).toList();
    tails.keySet().retainAll(ids);
    lags.keySet().retainAll(ids);
    unreadable.retainAll(ids);
    long deadline = System.nanoTime() + LONGEST_LOOK.toNanos();
    int looked = 0;
    while (looked < open.size() && System.nanoTime() - deadline < 0) {
      SourceDirectory directory = open.get((next + looked++) % open.size());
      try {
        lags.put(directory.source().sourceId(), lag(directory));
        unreadable.remove(directory.source().sourceId());
      } catch (IOException failure) {
        lags.remove(directory.source().sourceId());
        // At first it may be one that is being deleted.
        if (!unreadable.add(directory.source().sourceId())) {
          notices.accept(UnreadableSource.sentence(directory, failure));
        }
      }
    }
    next = open.isEmpty() ? 0 : (next + looked) % open.size();
    return List.copyOf(lags.values());
  }

  private SourceLag lag(SourceDirectory directory) throws IOException {
    UUID id = directory.source().sourceId();
    OpenSource stored = known.getOrDefault(id, OpenSource.UNSEEN);
    Instant[] oldest = {null};
    int[] found = {0};
    try (SourceReader reader =
        new SourceReader(directory, new Lease(id, stored.position(), 0), window)) {
      boolean end = false;
      while (!end && oldest[0] == null && found[0] < LOOKED_AT_FOR_A_TIME) {
        end = reader.pull(1, Long.MAX_VALUE, step -> oldest[0] = timeAfter(found, step));
      }
    }
    long records = found[0] == 0 ? 0 : Math.max(found[0], toEnd(directory, stored.position()));
    return new SourceLag(
        id,
        directory.source().service(),
        directory.source().startedAt(),
        records,
        oldest[0],
        stored.exchanged(),
        stored.refused());
  }

  /** When it ended, and counts it; null for what has no time. */
  private static Instant timeAfter(int[] found, Pulled step) {
    if (step.entry() == null && step.problem() == null) {
      return null; // taken before
    }
    found[0]++;
    if (step.entry() == null) {
      return null;
    }
    if (step.entry().body() instanceof UsageRecord usage) {
      Instant start = usage.get(UsageField.TIMESTAMP);
      Double millis = usage.get(UsageField.DURATION_MS);
      return start == null || millis == null ? start : start.plusNanos((long) (millis * 1e6));
    }
    if (step.entry().body() instanceof AgentReport report) {
      return report.at();
    }
    return step.entry().body() instanceof GapRecord gap ? gap.last() : null;
  }

  /** Records from the committed one to the last on disk. */
  private long toEnd(SourceDirectory directory, ReadPosition position) throws IOException {
    Tail tail = tails.computeIfAbsent(directory.source().sourceId(), id -> new Tail());
    Path path = directory.path();
    NavigableSet<String> cycles = FileNames.list(path, QueueLayout::isCycle);
    for (String file : cycles.descendingSet()) {
      if (walkQueue(path, file, tail, position)) {
        break; // a cycle that has just begun may be empty: then the one before has the last
      }
    }
    for (String file : FileNames.list(path, QueueLayout::isSegment).descendingSet()) {
      if (walkSegment(path, file, tail, position)) {
        break;
      }
    }
    return tail.nextSeq - position.nextSeq();
  }

  private boolean walkQueue(Path path, String file, Tail tail, ReadPosition position)
      throws IOException {
    long from = file.equals(tail.queueFile) ? tail.queueOffset : 0;
    from = file.equals(position.queueFile()) ? Math.max(from, position.queueOffset()) : from;
    try (CycleFiles cycle = new CycleFiles(path, window, file, from)) {
      RawEntry last = last(cycle, tail);
      if (last != null) {
        tail.queueFile = last.file();
        tail.queueOffset = last.nextOffset();
      }
      return last != null || from > 0;
    }
  }

  private boolean walkSegment(Path path, String file, Tail tail, ReadPosition position)
      throws IOException {
    long from = file.equals(tail.segmentFile) ? tail.segmentOffset : 0;
    from = file.equals(position.segmentFile()) ? Math.max(from, position.segmentOffset()) : from;
    try (SegmentFiles segment = new SegmentFiles(path, file, from)) {
      RawEntry last = last(segment, tail);
      if (last != null) {
        tail.segmentFile = last.file();
        tail.segmentOffset = last.nextOffset();
      }
      return last != null || from > 0;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private RawEntry last(EntryStream stream, Tail tail) throws IOException {
    RawEntry last = null;
    for (RawEntry entry = stream.next(); entry != null; entry = stream.next()) {
      last = entry;
    }
    if (last != null) {
      try {
        tail.nextSeq = Math.max(tail.nextSeq, codec.decode(last.bytes()).seq() + 1);
      } catch (UndecodableRecordException noNumber) {
        // The next record has one.
      }
    }
    return last;
  }
}
