package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Reads batches from sources in turn and has them written, and keeps the leases alive while that
 * takes long. Not thread-safe.
 */
final class TurnReader {
  /** How often new sources are looked for. */
  static final Duration REFRESH = Duration.ofSeconds(1);

  /** To renew waits for all that is being written, so a third of a lease is often enough. */
  private static final int RENEWALS_OF_A_LEASE = 3;

  /**
   * Of a batch. Larger ones would be merged into fewer rows of rollups, but three are in memory as
   * objects, and to collect these as garbage costs more than that saves.
   */
  private static final int BATCH_ENTRIES = 5_000;

  private static final long BATCH_BYTES = 8L << 20;

  /** Of one source, while others wait: enough for a look into its files to be worth it. */
  private static final int MAX_SHARE = 1_000;

  private static final Duration LONGEST_SHARE = Duration.ofMillis(500);

  private final LeasedSources sources;
  private final Committer committer;
  private final Tally tally;
  private final long renewalNanos;
  private final Set<UUID> unreadable = new HashSet<>();
  private long renewAt = System.nanoTime();

  /**
   * @param lease how long one lasts without renewal
   */
  TurnReader(LeasedSources sources, Committer committer, Tally tally, Duration lease) {
    this.sources = sources;
    this.committer = committer;
    this.tally = tally;
    this.renewalNanos = Math.max(lease.dividedBy(RENEWALS_OF_A_LEASE).toNanos(), REFRESH.toNanos());
  }

  /** Drains sources until each has come to its end once; those that had not at the deadline. */
  List<SourceReader> drainToEnd(List<SourceReader> readers, long deadline) {
    Turns turns = new Turns();
    turns.lineUp(readers);
    while (turns.size() > 0 && System.nanoTime() - deadline < 0) {
      share(turns);
      renew();
    }
    committer.settle();
    return turns.waiting().stream().filter(sources::holds).toList();
  }

  /**
   * Reads one batch: from each whose turn it is, until the batch is full or the time is up. It is
   * left to {@link Committer#settle}; who has more gets another turn.
   */
  void share(Turns turns) {
    List<Pulled> batch = new ArrayList<>();
    long bytes = 0;
    int most = turns.size() > 1 ? MAX_SHARE : BATCH_ENTRIES;
    long until = System.nanoTime() + LONGEST_SHARE.toNanos();
    for (int left = turns.size(), all = left; left > 0; left--) {
      SourceReader reader = left == all ? turns.first() : turns.next();
      if (!sources.holds(reader)) {
        continue;
      }
      int before = batch.size();
      if (!pull(reader, batch, Math.min(most, BATCH_ENTRIES - before), BATCH_BYTES - bytes)) {
        turns.again(reader);
      }
      for (Pulled pulled : batch.subList(before, batch.size())) {
        bytes += pulled.bytes();
      }
      if (batch.size() >= BATCH_ENTRIES || bytes >= BATCH_BYTES || System.nanoTime() - until >= 0) {
        break;
      }
    }
    committer.submit(batch);
  }

  /** What may take long asks for this in between: leases must not run out meanwhile. */
  void renew() {
    if (System.nanoTime() - renewAt >= 0) {
      committer.settle();
      sources.renew();
      renewAt = System.nanoTime() + renewalNanos;
    }
  }

  /**
   * As {@link #renew}, and looks for new sources, when nothing is being written. False when there
   * are more to take.
   */
  boolean refresh() {
    boolean all = sources.refresh();
    renewAt = System.nanoTime() + renewalNanos;
    return all;
  }

  /** Whether it could not be read when it was tried last: it is no use to wait for it. */
  boolean isUnreadable(UUID sourceId) {
    return unreadable.contains(sourceId);
  }

  /** True at the end of what is there. */
  private boolean pull(SourceReader reader, List<Pulled> batch, int maxEntries, long maxBytes) {
    int before = batch.size();
    try {
      boolean atEnd = reader.pull(maxEntries, maxBytes, batch::add);
      sources.used(reader, batch.size() > before);
      unreadable.remove(reader.sourceId());
      return atEnd;
    } catch (IOException failure) {
      // Entries pulled so far are whole; the next reader starts behind them, or stumbles again.
      tally.accept(UnreadableSource.sentence(reader.directory(), failure));
      batch.subList(before, batch.size()).clear();
      unreadable.add(reader.sourceId());
      sources.drop(reader.sourceId());
      return true;
    }
  }
}
