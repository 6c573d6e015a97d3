package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Closes the books of sources whose process is gone: their last records, the torn end, and the note
 * that nothing is left. Not thread-safe.
 */
final class AbandonedSources {
  private final LeasedSources sources;
  private final TurnReader turnReader;
  private final Committer committer;
  private final Tally tally;

  AbandonedSources(LeasedSources sources, TurnReader turnReader, Committer committer, Tally tally) {
    this.sources = sources;
    this.turnReader = turnReader;
    this.committer = committer;
    this.tally = tally;
  }

  /**
   * Finishes those of these sources that are abandoned. Liveness is looked at before the last read:
   * what a process wrote before it died is there once its lock is free.
   *
   * @return how many sources were let go that should be taken again
   */
  int finish(List<SourceReader> readers) {
    int letGo = 0;
    List<SourceReader> abandoned = new ArrayList<>();
    for (SourceReader reader : readers) {
      if (!sources.holds(reader)) {
        boolean gone = sources.reader(reader.sourceId()) == null;
        letGo += gone && !turnReader.isUnreadable(reader.sourceId()) ? 1 : 0;
      } else if (!reader.directory().isLive()) {
        abandoned.add(reader);
      }
    }
    List<SourceReader> left = abandoned;
    while (!left.isEmpty()) {
      turnReader.drainToEnd(left, Long.MAX_VALUE);
      left = passTornEnds(left);
    }
    List<SourceReader> done = abandoned.stream().filter(sources::holds).toList();
    sources.finish(done);
    done.forEach(reader -> tally.ended(reader.sourceId()));
    return letGo;
  }

  /** Those that had one; then records may follow. */
  private List<SourceReader> passTornEnds(List<SourceReader> abandoned) {
    List<SourceReader> torn = new ArrayList<>();
    List<Pulled> ends = new ArrayList<>();
    for (SourceReader reader : abandoned) {
      if (!sources.holds(reader)) {
        continue;
      }
      try {
        Pulled end = reader.tornEnd();
        if (end != null) {
          torn.add(reader);
          ends.add(end);
        }
        sources.used(reader, false);
      } catch (IOException failure) {
        tally.accept(UnreadableSource.sentence(reader.directory(), failure));
        sources.drop(reader.sourceId());
      }
    }
    committer.commit(ends);
    return torn;
  }
}
