package io.tokenledger.agent.ledger;

import java.io.IOException;

/**
 * Opens Chronicle on a thread of its own, which ends with it: in a fresh JVM that takes some
 * hundred milliseconds, and meanwhile the ledger thread writes to a segment file. So a record is on
 * disk as soon as any other, and a JVM that stops does not wait for Chronicle.
 */
final class QueueOpening extends Thread {
  private final QueueOpener opener;
  private volatile Result result;

  /** What came of it: a writer, a refusal that may pass, or why there never will be one. */
  record Result(QueueWriter writer, boolean refused, String whyNot) {}

  QueueOpening(QueueOpener opener) {
    super(null, null, "tokenledger-open", 0, false);
    setDaemon(true);
    this.opener = opener;
  }

  @Override
  public void run() {
    result = open(opener);
  }

  /** What came of it, or null as long as nothing did. */
  Result result() {
    return result;
  }

  /** Opens Chronicle on the caller's thread. Never throws. */
  static Result open(QueueOpener opener) {
    try {
      return new Result(opener.chronicle(), false, null);
    } catch (RefusedEntryException e) {
      return new Result(null, true, null);
    } catch (IOException | RuntimeException | Error e) {
      return new Result(null, false, "open: " + e);
    }
  }
}
