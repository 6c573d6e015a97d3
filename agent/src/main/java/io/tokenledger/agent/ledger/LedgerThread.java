package io.tokenledger.agent.ledger;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Runs the work of the ledger: the only consumer of the hand-off, and the only thread that touches
 * the queue's mapped memory once it is open.
 *
 * <pre>
 *   NEW --run-----> RUNNING --stop and drained--> (ends)
 *    |
 *    +----finish--> TAKEN: who called {@link #finish} writes what there is
 * </pre>
 */
final class LedgerThread implements Runnable {
  private static final long POLL_NANOS = 20_000_000L;

  private enum Phase {
    NEW,
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
      if (phase.compareAndSet(Phase.NEW, Phase.RUNNING)) {
        work(begun());
      }
    } catch (Throwable t) {
      // Thrown on, it would land on the host's standard error. If not even the work could be made,
      // the shutdown hook tries once more.
      phase.set(Phase.NEW);
    }
  }

  private LedgerWork begun() {
    LedgerWork work = newWork.get();
    work.begin();
    return work;
  }

  private void work(LedgerWork work) {
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
    if (phase.compareAndSet(Phase.NEW, Phase.TAKEN)) {
      endOpenExchanges();
      if (handOff.isEmpty() && unmetered.isEmpty()) {
        phase.set(Phase.NEW); // an exchange that ends in somebody else's shutdown hook may follow
        return;
      }
      begun().end();
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
