package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows sources until it is stopped, through whatever the database does. Used once. Not
 * thread-safe, except for {@link #stop()}.
 */
final class Following {
  private static final Duration IDLE = Duration.ofMillis(100);
  private static final Duration UNTIL_MENDED = Duration.ofSeconds(15);
  private static final Duration CLEAN_UP = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final Database database;
  private final LeasedSources sources;
  private final TurnReader turnReader;
  private final AbandonedSources abandoned;
  private final CleanUp cleanUp;
  private final Committer committer;
  private final Tally tally;
  private final DrainObserver observer;
  private final Turns turns = new Turns();
  private final Backoff retry = new Backoff(FIRST_RETRY, LONGEST_RETRY);
  private volatile boolean stopping;
  private volatile Thread follower;
  private long refreshAt;
  private long cleanUpAt;
  private long lookAt;

  /** What must still be done before anything else, or null. */
  private Runnable first;

  /** What was said of the outage that lasts, or null. */
  private String trouble;

  private boolean unreachable;

  Following(
      Database database,
      LeasedSources sources,
      TurnReader turnReader,
      AbandonedSources abandoned,
      CleanUp cleanUp,
      Committer committer,
      Tally tally,
      DrainObserver observer) {
    this.database = database;
    this.sources = sources;
    this.turnReader = turnReader;
    this.abandoned = abandoned;
    this.cleanUp = cleanUp;
    this.committer = committer;
    this.tally = tally;
    this.observer = observer;
  }

  /**
   * Follows until {@link #stop()} is called, then drains what is there.
   *
   * @param prepare brings the ledger up to date; called until it succeeds, before anything else
   * @param shutdownDrain how long the last drain may take
   * @return how many sources were not drained to their end
   * @throws StoreException when {@code prepare} fails in a way that waiting does not cure
   */
  int run(Runnable prepare, Duration shutdownDrain) {
    follower = Thread.currentThread();
    first = prepare;
    refreshAt = System.nanoTime();
    cleanUpAt = refreshAt;
    lookAt = refreshAt;
    while (!stopping) {
      try {
        turn();
      } catch (StoreException failure) {
        letGo(failure);
        if (!stopping) {
          LockSupport.parkNanos((failure.isPassing() ? retry.next() : UNTIL_MENDED).toNanos());
        }
      }
    }
    return lastDrain(System.nanoTime() + shutdownDrain.toNanos());
  }

  /** Asks for the end; returns at once. */
  void stop() {
    stopping = true;
    Thread thread = follower;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Whether the database could not be reached at the end. */
  boolean isUnreachable() {
    return unreachable;
  }

  private void turn() {
    if (first != null) {
      first.run();
      first = null;
    }
    if (System.nanoTime() - refreshAt >= 0) {
      refresh();
    }
    if (System.nanoTime() - cleanUpAt >= 0) {
      committer.settle();
      cleanUp.run();
      cleanUpAt = System.nanoTime() + CLEAN_UP.toNanos();
    }
    if (System.nanoTime() - lookAt >= 0) {
      lookAt = System.nanoTime() + IDLE.toNanos();
      turns.lineUp(sources.kept());
    }
    turnReader.share(turns);
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
  }

  private void refresh() {
    committer.settle();
    database.requireAdmitted();
    // A backlog waits for its turns, whether its process lives or not.
    List<SourceReader> atTheirEnd =
        sources.readers().stream().filter(reader -> !turns.has(reader)).toList();
    abandoned.finish(atTheirEnd);
    boolean all = turnReader.refresh();
    turns.lineUp(sources.readers());
    refreshAt = System.nanoTime() + (all ? TurnReader.REFRESH.toNanos() : 0);
  }

  /** Whatever was read and not committed is read again. */
  private void letGo(StoreException failure) {
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
  }

  private int lastDrain(long deadline) {
    try {
      if (first != null) {
        first.run();
      }
      committer.settle();
      boolean all = turnReader.refresh();
      while (!all && System.nanoTime() - deadline < 0) {
        all = turnReader.refresh();
      }
      int undrained = turnReader.drainToEnd(sources.readers(), deadline).size();
      return all ? undrained : sources.unfinished();
    } catch (StoreException failure) {
      if (trouble == null) {
        tally.accept(failure.getMessage());
      }
      unreachable = true;
      return sources.unfinished();
    }
  }
}
