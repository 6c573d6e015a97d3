package io.tokenledger.agent.ledger;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Runs the work of the ledger: the only consumer of the hand-off, and the only thread that touches
 * the queue's mapped memory.
 *
 * <pre>
 *   NEW --run--> OPENING --opened--> RUNNING --stop and drained--> (ends)
 *    |              |
 *    +----finish----+--> TAKEN: who called {@link #finish} writes what there is to a segment
 * </pre>
 *
 * While Chronicle opens, which takes some hundred milliseconds and throws once the JVM is stopping,
 * nothing is taken from the hand-off. So the shutdown hook can take over at once instead of
 * waiting.
 */
final class LedgerThread implements Runnable {
  private static final long POLL_NANOS = 20_000_000L;

  private enum Phase {
    NEW,
    OPENING,
    RUNNING,
    TAKEN
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
  private final BoundedHandOff handOff;
  private final OpenExchangeWatch open;
  private final UnmeteredCalls unmetered;
  private final Supplier<LedgerWork> newWork;
  private volatile boolean stopping;

  /**
   * @param newWork makes the work, and thereby loads the libraries: not before there is some
   */
  LedgerThread(
      BoundedHandOff handOff,
      OpenExchangeWatch open,
      UnmeteredCalls unmetered,
      Supplier<LedgerWork> newWork) {
    this.handOff = handOff;
    this.open = open;
    this.unmetered = unmetered;
    this.newWork = newWork;
  }

  @Override
  public void run() {
    try {
      if (phase.compareAndSet(Phase.NEW, Phase.OPENING)) {
        openAndWork();
      }
    } catch (Throwable t) {
      // Thrown on, it would land on the host's standard error. If not even the work could be made,
      // the shutdown hook tries once more.
    }
  }

  private void openAndWork() {
    LedgerWork work = newWork.get();
    LedgerWork.Opened opened = work.open();
    if (!phase.compareAndSet(Phase.OPENING, Phase.RUNNING)) {
      return; // the hook writes; an unused queue is left as it is, for the JVM ends
    }
    work.begin(opened);
    while (!stopping) {
      if (!work.round()) {
        LockSupport.parkNanos(this, POLL_NANOS);
        Thread.interrupted(); // whoever interrupts a whole thread group must not make this spin
      }
    }
    endOpenExchanges();
    work.end();
  }

  /**
   * Has everything written that waits. For the shutdown hook.
   *
   * @param thread the thread that runs this, or null if there is none
   * @param timeoutMillis how long to wait for it
   */
  void finish(Thread thread, long timeoutMillis) throws InterruptedException {
    stopping = true;
    if (phase.compareAndSet(Phase.NEW, Phase.TAKEN)
        || phase.compareAndSet(Phase.OPENING, Phase.TAKEN)) {
      endOpenExchanges();
      if (handOff.isEmpty() && unmetered.isEmpty()) {
        phase.set(Phase.NEW); // an exchange that ends in somebody else's shutdown hook may follow
        return;
      }
      LedgerWork work = newWork.get();
      work.beginSegment("the JVM was stopping before the queue was open");
      work.end();
    } else if (thread != null) {
      LockSupport.unpark(thread);
      thread.join(timeoutMillis);
    }
  }

  private void endOpenExchanges() {
    try {
      open.endAll();
    } catch (RuntimeException | Error e) {
      // what can still be written is written
    }
  }
}
