package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.DatabaseClock;
import io.tokenledger.forwarder.store.DeadLetterStore;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.LedgerWriter;
import io.tokenledger.forwarder.store.SourceStore;
import io.tokenledger.forwarder.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Moves records from queue directories into the ledger, each exactly once: what is committed and
 * how far a source is read change in one transaction, and after any doubt the stored position
 * counts.
 *
 * <p>Not thread-safe, except for {@link #stop()}.
 */
public final class Drain implements AutoCloseable {
  /** Of one source, while others wait: enough for a look into its files to be worth it. */
  private static final int MAX_SHARE = 1_000;

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMillis(100);
  private static final Duration REFRESH = Duration.ofSeconds(1);
  private static final Duration LONGEST_SHARE = Duration.ofMillis(500);
  private static final Duration UNTIL_MENDED = Duration.ofSeconds(15);
  private static final Duration CLEAN_UP = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final Database database;
  private final DrainSettings settings;
  private final Duration lease;
  private final Tally tally;

  /** Sources that could not be read when it was tried last: it is no use to wait for them. */
  private final Set<UUID> unreadable = new HashSet<>();

  private final LeasedSources sources;
  private final Committer committer;
  private final DrainedFiles drainedFiles;
  private final BatchSize size = new BatchSize();
  private final DeadLetterStore deadLetters = new DeadLetterStore();
  private final DrainObserver observer;
  private volatile boolean stopping;
  private volatile Thread follower;
  private long renewAt = System.nanoTime();
  private boolean unreachable;

  /** A drain whose notices are only in its summary. */
  public Drain(Database database, PriceSource prices, DrainSettings settings) {
    this(database, prices, settings, notice -> {});
  }

  /**
   * @param notices is told at once, in the draining thread, what was skipped and why; each sentence
   *     once
   */
  public Drain(
      Database database, PriceSource prices, DrainSettings settings, Consumer<String> notices) {
    this(database, prices, settings, notices, DrainObserver.NONE);
  }

  /** As above, and {@code observer} is told how it fares. */
  public Drain(
      Database database,
      PriceSource prices,
      DrainSettings settings,
      Consumer<String> notices,
      DrainObserver observer) {
    this(database, prices, settings, notices, observer, LEASE);
  }

  Drain(
      Database database,
      PriceSource prices,
      DrainSettings settings,
      Consumer<String> notices,
      DrainObserver observer,
      Duration lease) {
    this(
        database,
        prices,
        settings,
        notices,
        observer,
        lease,
        store -> new LedgerTransaction(store, prices));
  }

  /**
   * @param transaction makes what is written of a batch
   */
  Drain(
      Database database,
      PriceSource prices,
      DrainSettings settings,
      Consumer<String> notices,
      DrainObserver observer,
      Duration lease,
      Function<SourceStore, LedgerTransaction> transaction) {
    this.database = database;
    this.settings = settings;
    this.observer = observer;
    this.lease = lease;
    SourceStore store = new SourceStore(holder(), lease);
    this.tally = new Tally(notices);
    this.sources =
        new LeasedSources(
            database, store, new SourceDiscovery(settings.queueDirectory(), tally), tally);
    this.committer =
        new Committer(
            new LedgerWriter(database, store, transaction.apply(store)),
            sources,
            tally,
            observer,
            prices);
    this.drainedFiles =
        new DrainedFiles(
            database, store, new KeepTime(settings, tally), new DatabaseClock(database), tally);
  }

  /**
   * Drains what is there now, then returns. A source that another forwarder seems to hold is waited
   * for as long as a dead one's lease can last.
   *
   * @throws StoreException when the database fails; what was committed stays, the rest waits on
   *     disk
   */
  public DrainSummary drainAll() {
    long deadline = System.nanoTime() + lease.plus(REFRESH).toNanos();
    boolean again = true;
    int letGo = 0;
    while (again) {
      boolean all = refresh();
      List<SourceReader> readers = sources.readers();
      drainToEnd(readers, Long.MAX_VALUE);
      letGo = finishAbandoned(readers);
      boolean waits = letGo > 0 || sources.heldElsewhere() > 0 || sources.isAnyUntaken();
      again = !all || (waits && System.nanoTime() < deadline);
      if (all && again) {
        LockSupport.parkNanos(IDLE.toNanos());
      }
    }
    deleteDrained();
    expireDeadLetters();
    if (sources.heldElsewhere() > 0) {
      tally.accept(
          sources.heldElsewhere()
              + " source(s) are being drained by another forwarder: nothing to do"
              + " for them here.");
    }
    return tally.summary(sources.heldElsewhere(), letGo);
  }

  /**
   * Drains for ever; once {@link #stop()} was called drains what is there, at most {@code
   * shutdownDrain}, and returns. Whatever the database fails with, nothing is set aside and nothing
   * goes on: what passes by itself is tried again soon, anything else once in a while, for who
   * mends it must not have to restart us too. The observer is told meanwhile.
   */
  public DrainSummary follow() {
    return follow(() -> {});
  }

  /**
   * As above, for a ledger that may not be there yet.
   *
   * @param prepare brings it up to date; called until it succeeds, before anything else is asked
   * @throws StoreException when it fails in a way that waiting does not cure
   */
  public DrainSummary follow(Runnable prepare) {
    follower = Thread.currentThread();
    Runnable first = prepare;
    Backoff retry = new Backoff(FIRST_RETRY, LONGEST_RETRY);
    String trouble = null;
    long refreshAt = System.nanoTime();
    long cleanUpAt = refreshAt;
    long lookAt = refreshAt;
    Turns turns = new Turns();
    while (!stopping) {
      try {
        if (first != null) {
          first.run();
          first = null;
        }
        if (System.nanoTime() - refreshAt >= 0) {
          committer.settle();
          database.requireAdmitted();
          // A backlog waits for its turns, whether its process lives or not.
          finishAbandoned(sources.readers().stream().filter(r -> !turns.has(r)).toList());
          boolean all = refresh();
          turns.lineUp(sources.readers());
          refreshAt = System.nanoTime() + (all ? REFRESH.toNanos() : 0);
        }
        if (System.nanoTime() - cleanUpAt >= 0) {
          committer.settle();
          sources.review();
          deleteDrained();
          expireDeadLetters();
          cleanUpAt = System.nanoTime() + CLEAN_UP.toNanos();
        }
        if (System.nanoTime() - lookAt >= 0) {
          lookAt = System.nanoTime() + IDLE.toNanos();
          turns.lineUp(sources.kept());
        }
        share(turns);
        boolean idle = turns.size() == 0;
        if (idle || trouble != null) {
          committer.settle();
        }
        if (idle && !stopping) {
          LockSupport.parkNanos(lookAt - System.nanoTime());
        }
        observer.turned(sources.heldElsewhere());
        if (trouble != null) {
          observer.recovered();
          tally.recovered(trouble, "Postgres answers again; the drain goes on.");
          trouble = null;
          retry.reset();
        }
      } catch (StoreException failure) {
        observer.failed(failure);
        if (first != null && !failure.isPassing()) {
          throw failure; // nothing was begun, and who has just started it is there to mend it
        }
        if (trouble == null) {
          // Once an outage: what Postgres and the pool say changes while it lasts.
          trouble = failure.getMessage();
          tally.accept(trouble);
        } else if (!failure.isPassing()) {
          tally.accept(failure.getMessage());
        }
        sources.dropAll();
        turns.clear();
        refreshAt = System.nanoTime();
        if (!stopping) {
          LockSupport.parkNanos((failure.isPassing() ? retry.next() : UNTIL_MENDED).toNanos());
        }
      }
    }
    return lastDrain(first, trouble);
  }

  /** Asks {@link #follow()} to come to an end; returns at once. */
  public void stop() {
    stopping = true;
    Thread thread = follower;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Gives the leases back; where the database cannot be reached they run out by themselves. */
  @Override
  public void close() {
    committer.close();
    if (unreachable) {
      return;
    }
    try {
      sources.releaseAll();
    } catch (StoreException failure) {
      tally.accept(failure.getMessage());
    }
  }

  /**
   * @param first what must still be done before anything else, or null
   * @param trouble what was said of the outage that the stop fell into, or null
   */
  private DrainSummary lastDrain(Runnable first, String trouble) {
    long deadline = System.nanoTime() + settings.shutdownDrain().toNanos();
    int undrained;
    try {
      if (first != null) {
        first.run();
      }
      committer.settle();
      boolean all = refresh();
      while (!all && System.nanoTime() - deadline < 0) {
        all = refresh();
      }
      undrained = drainToEnd(sources.readers(), deadline).size();
      if (!all) {
        undrained = sources.unfinished();
      }
    } catch (StoreException failure) {
      if (trouble == null) {
        tally.accept(failure.getMessage());
      }
      unreachable = true;
      undrained = sources.unfinished();
    }
    return tally.summary(sources.heldElsewhere(), undrained);
  }

  /** Drains sources until each has come to its end once; those that had not at the deadline. */
  private List<SourceReader> drainToEnd(List<SourceReader> readers, long deadline) {
    Turns turns = new Turns();
    turns.lineUp(readers);
    while (turns.size() > 0 && System.nanoTime() - deadline < 0) {
      share(turns);
      renew();
    }
    committer.settle();
    return turns.waiting().stream().filter(sources::holds).toList();
  }

  /** What may take long asks for this in between: leases must not run out meanwhile. */
  private void renew() {
    if (System.nanoTime() - renewAt >= 0) {
      committer.settle();
      sources.renew();
      renewAt = System.nanoTime() + REFRESH.toNanos();
    }
  }

  /** As {@link #renew}, and looks for new sources. False when there are more to take. */
  private boolean refresh() {
    boolean all = sources.refresh();
    renewAt = System.nanoTime() + REFRESH.toNanos();
    return all;
  }

  /**
   * Reads one batch: from each whose turn it is, until the batch is full or the time is up. It is
   * left to {@link Committer#settle}; who has more gets another turn.
   */
  private void share(Turns turns) {
    List<Pulled> batch = new ArrayList<>();
    long bytes = 0;
    int most = turns.size() > 1 ? MAX_SHARE : size.entries();
    long until = System.nanoTime() + LONGEST_SHARE.toNanos();
    for (int left = turns.size(), all = left; left > 0; left--) {
      SourceReader reader = left == all ? turns.first() : turns.next();
      if (!sources.holds(reader)) {
        continue;
      }
      int before = batch.size();
      if (!pull(reader, batch, Math.min(most, size.entries() - before), size.bytes() - bytes)) {
        turns.again(reader);
      }
      for (Pulled pulled : batch.subList(before, batch.size())) {
        bytes += pulled.bytes();
      }
      if (size.isFull(batch.size(), bytes) || System.nanoTime() - until >= 0) {
        break;
      }
    }
    committer.submit(batch);
    size.after(size.isFull(batch.size(), bytes));
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

  /**
   * Closes the books of sources whose process is gone. Liveness is looked at before the last read:
   * what a process wrote before it died is there once its lock is free.
   *
   * @return how many sources were let go that should be taken again
   */
  private int finishAbandoned(List<SourceReader> readers) {
    int letGo = 0;
    List<SourceReader> abandoned = new ArrayList<>();
    for (SourceReader reader : readers) {
      if (!sources.holds(reader)) {
        boolean gone = sources.reader(reader.sourceId()) == null;
        letGo += gone && !unreadable.contains(reader.sourceId()) ? 1 : 0;
      } else if (!reader.directory().isLive()) {
        abandoned.add(reader);
      }
    }
    List<SourceReader> left = abandoned;
    while (!left.isEmpty()) {
      drainToEnd(left, Long.MAX_VALUE);
      left = passTornEnds(left);
    }
    sources.finish(abandoned.stream().filter(sources::holds).toList());
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

  private void deleteDrained() {
    if (!settings.deleteDrained()) {
      return;
    }
    drainedFiles.measure();
    for (SourceReader finished : sources.finished()) {
      if (drainedFiles.deleteAbandoned(finished)) {
        sources.forget(finished);
      }
      renew();
    }
    sources.readers().forEach(drainedFiles::deleteOldCycles);
  }

  private void expireDeadLetters() {
    try (Connection connection = database.connect()) {
      deadLetters.expire(connection, settings.deadLettersKeep());
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private static String holder() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      host = "unnamed";
    }
    return host + "/" + ProcessHandle.current().pid() + "/" + UUID.randomUUID();
  }
}
