package io.tokenledger.agent.ledger;

import io.tokenledger.agent.config.AgentConfig;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The agent's end of the ledger: takes finished exchanges from any thread and sees that they become
 * entries on disk. Nothing but this object exists until the first exchange begins or the agent
 * steps aside; then its one thread starts, opens the queue and stays. Thread-safe.
 */
public final class Ledger implements HandOff {
  /** Name of the ledger thread. */
  public static final String THREAD_NAME = "tokenledger-ledger";

  private static final long DRAIN_MILLIS = 2_000;

  /** Held for its lock: collected, it would close the file, and we would pass for dead. */
  @SuppressWarnings("unused")
  private final SourceDirectory source;

  private final BoundedHandOff handOff;
  private final LateWatch open = new LateWatch();
  private final UnmeteredCalls unmetered = new UnmeteredCalls();
  private final LedgerThread work;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile Thread thread;

  /**
   * Creates no thread and loads none of the libraries.
   *
   * @param source the directory of this process
   * @param limits {@code queue.*} of the configuration
   * @param clientStates what became of each client, by name: for the agent's reports; called on the
   *     ledger thread
   */
  public Ledger(
      SourceDirectory source,
      AgentConfig.Queue limits,
      Supplier<Map<String, String>> clientStates) {
    this(source, limits, clientStates, Clock.systemUTC(), ChronicleWriter.MAX_CYCLE_BYTES);
  }

  Ledger(
      SourceDirectory source,
      AgentConfig.Queue limits,
      Supplier<Map<String, String>> clientStates,
      Clock clock,
      long maxCycleBytes) {
    this.source = source;
    this.handOff = new BoundedHandOff(BoundedHandOff.DEFAULT_CAPACITY);
    DiskGuard guard = new DiskGuard(source.path(), limits);
    FileMode mode = new FileMode(limits.fileMode(), limits.directoryMode());
    QueueOpener opener = new QueueOpener(source.path(), mode, guard, clock, maxCycleBytes);
    this.work =
        new LedgerThread(
            handOff,
            open,
            unmetered,
            new NewWork(handOff, open, unmetered, opener, source, clientStates, clock));
  }

  /** The exchanges that did not end yet; nothing is watched before this is called. */
  public void watch(OpenExchangeWatch open) {
    this.open.target = open;
  }

  @Override
  public boolean offer(FinishedExchange finished) {
    boolean taken = handOff.offer(finished);
    start();
    return taken;
  }

  @Override
  public void drop() {
    handOff.countDrop();
  }

  @Override
  public void expect() {
    start();
  }

  @Override
  public void unmetered(String host, String pathEnd) {
    unmetered.add(host, pathEnd);
    start();
  }

  /**
   * Starts the ledger thread if it does not run yet: for the first exchange, and for the first time
   * that the agent steps aside. Never throws.
   */
  public void start() {
    if (!started.get() && started.compareAndSet(false, true)) {
      try {
        thread = newThread();
        thread.start();
      } catch (Throwable t) {
        // no thread can be had: the shutdown hook writes what the hand-off holds
      }
    }
  }

  /** True when every exchange that was handed over was taken by the ledger thread. */
  boolean isIdle() {
    return handOff.isEmpty();
  }

  /**
   * Ends open exchanges, writes what waits and ends the thread: the work of the shutdown hook.
   * Waits for at most two seconds; returns at once when nothing was ever metered.
   */
  public void finish() {
    try {
      work.finish(thread, DRAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has {@link #finish} called when the JVM stops. */
  public void finishAtExit() {
    try {
      Runtime.getRuntime().addShutdownHook(new FinishHook(this));
    } catch (IllegalStateException stopping) {
      // the first client turned up in the application's own hook: the ledger thread is all there is
    }
  }

  /**
   * Privileged, in the root group, without thread locals or a context loader of the caller: the
   * thread must not keep a web application alive that happened to make the first call.
   */
  @SuppressWarnings("removal")
  private Thread newThread() {
    return AccessController.doPrivileged(new NewThread(work));
  }

  /** A class rather than a lambda: the first lambda of a JVM costs 10 ms. */
  private record NewWork(
      BoundedHandOff handOff,
      OpenExchangeWatch open,
      UnmeteredCalls unmetered,
      QueueOpener opener,
      SourceDirectory source,
      Supplier<Map<String, String>> clientStates,
      Clock clock)
      implements Supplier<LedgerWork> {
    @Override
    public LedgerWork get() {
      return new LedgerWork(
          handOff, open, unmetered, opener, source, clientStates, clock, LedgerWork.REPORT_NANOS);
    }
  }

  /** What is watched is known only when the first exchange begins. */
  private static final class LateWatch implements OpenExchangeWatch {
    private volatile OpenExchangeWatch target = OpenExchangeWatch.NONE;

    @Override
    public void endCollected() {
      target.endCollected();
    }

    @Override
    public void endAll() {
      target.endAll();
    }
  }

  private static final class NewThread implements PrivilegedAction<Thread> {
    private final Runnable work;

    NewThread(Runnable work) {
      this.work = work;
    }

    @Override
    public Thread run() {
      ThreadGroup root = Thread.currentThread().getThreadGroup();
      while (root.getParent() != null) {
        root = root.getParent();
      }
      Thread thread = new Thread(root, work, THREAD_NAME, 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(Ledger.class.getClassLoader());
      return thread;
    }
  }

  private static final class FinishHook extends Thread {
    private final Ledger ledger;

    FinishHook(Ledger ledger) {
      super(null, null, "tokenledger-exit", 0, false);
      setContextClassLoader(Ledger.class.getClassLoader());
      this.ledger = ledger;
    }

    @Override
    public void run() {
      try {
        ledger.finish();
      } catch (Throwable t) {
        // the JVM is going; nothing of ours may show
      }
    }
  }
}
