package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.Advance;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.LedgerWriter;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.forwarder.store.Succession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Commits pulled entries, two batches at a time while the next is read (one in a small heap), and
 * keeps the readers in step with the ledger: a source whose position is in doubt is let go, to be
 * taken again from what is stored. A batch that holds a record which the database refuses is halved
 * until that record stands alone, and becomes a dead letter.
 *
 * <p>Only the transactions run on threads of their own, each {@link Succession behind} the one
 * before it, so batches are committed in the order they were read. What they came to is looked at
 * in the caller's thread, in that order. Not thread-safe.
 */
final class Committer implements AutoCloseable {
  /** Enough to keep two processors at work; a third would need a third connection. */
  private static final int AT_A_TIME = 2;

  /** A third batch is being read; an estimate of some 30 MB of objects each, not a measurement. */
  private static final long HEAP_FOR_TWO = 192L << 20;

  private final int atATime = Runtime.getRuntime().maxMemory() < HEAP_FOR_TWO ? 1 : AT_A_TIME;

  private final Deque<LedgerWriter> writers = new ArrayDeque<>();
  private final LeasedSources sources;
  private final Tally tally;
  private final DrainObserver observer;
  private final PriceSource prices;
  private final ExecutorService writing =
      Executors.newFixedThreadPool(
          AT_A_TIME,
          body -> {
            Thread thread = new Thread(body, "tokenledger-writer");
            thread.setDaemon(true);
            return thread;
          });
  private final Deque<InFlight> inFlight = new ArrayDeque<>();
  private Succession last = Succession.first();

  /** A batch that is being written. */
  private record InFlight(
      List<Pulled> pulled,
      Batch.Poison poison,
      LedgerBatch batch,
      Map<UUID, String> services,
      LedgerWriter writer,
      CompletableFuture<Ended> ended) {
    Ended join() {
      try {
        return ended.join();
      } catch (CompletionException failure) {
        throw unchecked(failure.getCause());
      }
    }
  }

  /** How a transaction ended, and how long it took. */
  private record Ended(LedgerWriter.Outcome outcome, Duration took) {}

  /**
   * @param writer makes one; two write at a time
   * @param prices those that it has latest price records while they wait for their transaction
   */
  Committer(
      Supplier<LedgerWriter> writer,
      LeasedSources sources,
      Tally tally,
      DrainObserver observer,
      PriceSource prices) {
    for (int i = 0; i < atATime; i++) {
      writers.add(writer.get());
    }
    this.sources = sources;
    this.tally = tally;
    this.observer = observer;
    this.prices = prices;
  }

  /** Commits what was submitted before, then this, and waits for it. */
  void commit(List<Pulled> pulled) {
    submit(pulled);
    settle();
  }

  /**
   * Has a batch written while the caller goes on reading. Waits for one before it where two are
   * being written, unless there is nothing in this one.
   *
   * @throws StoreException when one before it failed; then this one is not written
   */
  void submit(List<Pulled> pulled) {
    submit(pulled, null);
  }

  /**
   * Waits until nothing is being written. Leases may be renewed, taken and given back only then.
   *
   * @throws StoreException when the database is to blame; the sources concerned are let go
   */
  void settle() {
    while (!inFlight.isEmpty()) {
      settleFirst();
    }
  }

  @Override
  public void close() {
    writing.shutdown();
  }

  private void submit(List<Pulled> pulled, Batch.Poison poison) {
    if (pulled.isEmpty()) {
      return; // nothing to write is no reason to wait for what is being written
    }
    Batch batch = Batch.of(pulled, poison, prices.latest());
    while (inFlight.size() >= atATime) {
      settleFirst();
    }
    List<Pulled> held = pulled;
    if (!batch.sources().stream().allMatch(id -> sources.reader(id) != null)) {
      held = pulled.stream().filter(step -> sources.reader(step.sourceId()) != null).toList();
      batch = Batch.of(held, poison, prices.latest());
    }
    if (held.isEmpty()) {
      return;
    }
    Map<UUID, Lease> leases = new HashMap<>();
    Map<UUID, String> services = new HashMap<>();
    for (UUID id : batch.sources()) {
      leases.put(id, sources.reader(id).lease());
      services.put(id, sources.reader(id).directory().source().service());
    }
    for (InFlight before : inFlight) {
      before.batch().advances().forEach(step -> leases.replace(step.sourceId(), step.after()));
    }
    LedgerBatch toWrite = batch.after(leases);
    LedgerWriter writer = writers.remove();
    Succession succession =
        inFlight.isEmpty()
            ? Succession.first()
            : last.next(inFlight.getLast().batch().isApartFrom(toWrite));
    last = succession;
    inFlight.add(
        new InFlight(
            held,
            poison,
            toWrite,
            services,
            writer,
            CompletableFuture.supplyAsync(() -> write(writer, toWrite, succession), writing)));
  }

  private static Ended write(LedgerWriter writer, LedgerBatch batch, Succession succession) {
    long start = System.nanoTime();
    LedgerWriter.Outcome outcome = writer.write(batch, succession);
    return new Ended(outcome, Duration.ofNanos(System.nanoTime() - start));
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure; // the transaction throws nothing that is checked
  }

  /** Looks at what the oldest batch came to. Where it failed, those behind it begin again. */
  private void settleFirst() {
    InFlight first = inFlight.element();
    List<InFlight> again = List.of();
    try {
      Ended ended = first.join();
      inFlight.remove();
      writers.add(first.writer());
      if (!(ended.outcome() instanceof LedgerWriter.Committed)) {
        again = takeBack();
      }
      settled(first, ended);
    } catch (RuntimeException | Error failure) {
      takeBack().forEach(this::letGo);
      again.forEach(this::letGo);
      letGo(first);
      throw failure;
    }
    again.forEach(behind -> submit(behind.pulled(), behind.poison()));
  }

  private void settled(InFlight done, Ended ended) {
    if (ended.outcome() instanceof LedgerWriter.Committed committed) {
      for (Advance step : done.batch().advances()) {
        SourceReader reader = sources.reader(step.sourceId());
        if (reader != null) { // its files may have failed since
          reader.committed(step.to());
        }
      }
      written(done, committed.written(), ended.took());
    } else if (ended.outcome() instanceof LedgerWriter.Unsure unsure) {
      letGo(done);
      if (unsure.written() != null) {
        written(done, unsure.written(), ended.took());
      }
    } else if (ended.outcome() instanceof LedgerWriter.Refused refused) {
      isolate(done.pulled(), done.poison(), refused);
    } else if (ended.outcome() instanceof LedgerWriter.Postponed) {
      submit(done.pulled(), done.poison());
    }
  }

  /** Nothing of these was written, for they were behind one that was not committed. */
  private List<InFlight> takeBack() {
    List<InFlight> behind = new ArrayList<>(inFlight);
    inFlight.clear();
    for (InFlight each : behind) {
      writers.add(each.writer());
      each.ended().exceptionally(failure -> null).join();
    }
    return behind;
  }

  private void letGo(InFlight doubtful) {
    doubtful.services().keySet().forEach(sources::drop);
  }

  private void written(InFlight done, LedgerTransaction.Written written, Duration took) {
    tally.add(written, done.services().keySet());
    Map<UUID, String> named = new HashMap<>(done.services());
    named.values().removeIf(Objects::isNull);
    observer.committed(new DrainObserver.Commit(done.batch(), written, took, named));
    alarm(done.batch());
  }

  private void isolate(List<Pulled> held, Batch.Poison poison, LedgerWriter.Refused refused) {
    if (poison != null) {
      throw new StoreException(
          "Record at "
              + held.get(0).raw().place()
              + " can be stored neither as a row nor as a dead letter ("
              + refused.reason()
              + ").");
    }
    if (held.size() == 1) {
      submit(held, new Batch.Poison(held.get(0), refused.reason(), refused.sqlState()));
      settle();
      return;
    }
    int half = held.size() / 2;
    commit(held.subList(0, half));
    commit(held.subList(half, held.size()));
  }

  private void alarm(LedgerBatch batch) {
    batch.gaps().stream()
        .filter(gap -> gap.kind().equals("lost"))
        .forEach(
            gap ->
                tally.accept(
                    "ALARM: source "
                        + gap.sourceId()
                        + " lost "
                        + gap.missing()
                        + " records before they could be read. "
                        + gap.detail()));
  }
}
