package io.tokenledger.forwarder.store;

import java.util.concurrent.CompletableFuture;

/**
 * The place of a transaction behind the one before it. Two are under way at a time, so that both
 * processors of a small machine have work; each enters a stage when the one before has left it. So
 * none holds a lock in Postgres that one before it still needs while it waits for that one here:
 * Postgres would not see such a circle, and nobody would end it before the server's own time-out of
 * idle transactions. Rows are sent side by side unless both batches hold the same one, for only
 * such rows wait for each other. Thread-safe.
 */
public final class Succession {
  /** A stage that a transaction leaves behind. */
  enum Stage {
    /** It has a connection, its sources and its claims, and the months of its rows are there. */
    CLAIMED,
    /** Its rows are sent, and whatever they had to wait for. */
    COPIED
  }

  /** Thrown where the one before did not come to its end: nothing may be written behind it. */
  static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenException() {
      super("the transaction before it was not committed", null, false, false);
    }
  }

  private final CompletableFuture<Boolean> claimed = new CompletableFuture<>();
  private final CompletableFuture<Boolean> copied = new CompletableFuture<>();
  private final CompletableFuture<Boolean> committed = new CompletableFuture<>();
  private final CompletableFuture<Boolean> claimedBefore;
  private final CompletableFuture<Boolean> copiedBefore;
  private final CompletableFuture<Boolean> committedBefore;

  private Succession(
      CompletableFuture<Boolean> claimedBefore,
      CompletableFuture<Boolean> copiedBefore,
      CompletableFuture<Boolean> committedBefore) {
    this.claimedBefore = claimedBefore;
    this.copiedBefore = copiedBefore;
    this.committedBefore = committedBefore;
  }

  /** Behind none. */
  public static Succession first() {
    CompletableFuture<Boolean> passed = CompletableFuture.completedFuture(true);
    return new Succession(passed, passed, passed);
  }

  /**
   * Behind this one; of each there may be one.
   *
   * @param isApart whether no row of the one is a row of the other
   */
  public Succession next(boolean isApart) {
    // The futures alone: a reference to this one would keep all that ever were.
    return new Succession(claimed, isApart ? claimed : copied, committed);
  }

  /** Whether nothing before it is under way, and all is committed. */
  boolean leads() {
    return committedBefore.getNow(false);
  }

  /** Waits until the one before has left a stage. */
  void follow(Stage stage) {
    await(stage == Stage.CLAIMED ? claimedBefore : copiedBefore);
  }

  /** Waits until the one before is committed. */
  void followCommit() {
    await(committedBefore);
  }

  /** Lets the next one in. */
  void leave(Stage stage) {
    (stage == Stage.CLAIMED ? claimed : copied).complete(true);
  }

  /** Lets the next one go on to its end, or none. */
  void end(boolean isCommitted) {
    claimed.complete(isCommitted);
    copied.complete(isCommitted);
    committed.complete(isCommitted);
  }

  private static void await(CompletableFuture<Boolean> passed) {
    if (!passed.join()) {
      throw new BrokenException();
    }
  }
}
