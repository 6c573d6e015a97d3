package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.DatabaseClock;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.LedgerWriter;
import io.tokenledger.forwarder.store.SourceStore;
import io.tokenledger.forwarder.store.StoreException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
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
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final DrainSettings settings;
  private final Duration lease;
  private final Tally tally;
  private final LeasedSources sources;
  private final Committer committer;
  private final TurnReader turnReader;
  private final AbandonedSources abandoned;
  private final CleanUp cleanUp;
  private final Following following;

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
    this.settings = settings;
    this.lease = lease;
    SourceStore store = new SourceStore(holder(), lease);
    this.tally = new Tally(notices);
    this.sources =
        new LeasedSources(
            database, store, new SourceDiscovery(settings.queueDirectory(), tally), tally);
    this.committer =
        new Committer(
            () -> new LedgerWriter(database, store, transaction.apply(store)),
            sources,
            tally,
            observer,
            prices);
    this.turnReader = new TurnReader(sources, committer, tally, lease);
    this.abandoned = new AbandonedSources(sources, turnReader, committer, tally);
    this.cleanUp =
        new CleanUp(
            database,
            settings,
            sources,
            turnReader,
            new DrainedFiles(
                database,
                store,
                new KeepTime(settings, tally),
                new DatabaseClock(database),
                tally));
    this.following =
        new Following(
            database, sources, turnReader, abandoned, cleanUp, committer, tally, observer);
  }

  /**
   * Drains what is there now, then returns. A source that another forwarder seems to hold is waited
   * for as long as a dead one's lease can last.
   *
   * @throws StoreException when the database fails; what was committed stays, the rest waits on
   *     disk
   */
  public DrainSummary drainAll() {
    long deadline = System.nanoTime() + lease.plus(TurnReader.REFRESH).toNanos();
    boolean again = true;
    int letGo = 0;
    while (again) {
      boolean all = turnReader.refresh();
      List<SourceReader> readers = sources.readers();
      turnReader.drainToEnd(readers, Long.MAX_VALUE);
      letGo = abandoned.finish(readers);
      boolean waits = letGo > 0 || sources.heldElsewhere() > 0 || sources.isAnyUntaken();
      again = !all || (waits && System.nanoTime() < deadline);
      if (all && again) {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
    }
    cleanUp.run();
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
    int undrained = following.run(prepare, settings.shutdownDrain());
    return tally.summary(sources.heldElsewhere(), undrained);
  }

  /** Asks {@link #follow()} to come to an end; returns at once. */
  public void stop() {
    following.stop();
  }

  /** Gives the leases back; where the database cannot be reached they run out by themselves. */
  @Override
  public void close() {
    committer.close();
    if (following.isUnreachable()) {
      return;
    }
    try {
      sources.releaseAll();
    } catch (StoreException failure) {
      tally.accept(failure.getMessage());
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
