package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.Advance;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.LedgerWriter;
import io.tokenledger.forwarder.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Commits pulled entries, one batch while the next is read, and keeps the readers in step with the
 * ledger: a source whose position is in doubt is let go, to be taken again from what is stored. A
 * batch that holds a record which the database refuses is halved until that record stands alone,
 * and becomes a dead letter.
 *
 * <p>Only the transaction itself runs on a thread of its own. What it came to is looked at in the
 * caller's thread, before the next batch learns what its sources are expected to stand at, so
 * batches are committed in the order they were read. Not thread-safe.
 */
final class Committer implements AutoCloseable {
  private final LedgerWriter writer;
  private final LeasedSources sources;
  private final Tally tally;
  private final DrainObserver observer;
  private final PriceSource prices;
  private final ExecutorService writing =
      Executors.newSingleThreadExecutor(
          body -> {
            Thread thread = new Thread(body, "tokenledger-writer");
            thread.setDaemon(true);
            return thread;
          });
  private InFlight inFlight;

  /** A batch that is being written. */
  private record InFlight(
      List<Pulled> pulled,
      Batch.Poison poison,
      LedgerBatch batch,
      Map<UUID, String> services,
      CompletableFuture<Ended> ended) {}

  /** How a transaction ended, and how long it took. */
  private record Ended(LedgerWriter.Outcome outcome, Duration took) {}

  /**
   * @param prices those that it has latest price records while they wait for their transaction
   */
  Committer(
      LedgerWriter writer,
      LeasedSources sources,
      Tally tally,
      DrainObserver observer,
      PriceSource prices) {
    this.writer = writer;
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
   * Has a batch written while the caller goes on reading. Waits for the one before it, unless there
   * is nothing in this one.
   *
   * @throws StoreException when the one before it failed; then this one is not written
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
    if (inFlight == null) {
      return;
    }
    InFlight done = inFlight;
    inFlight = null;
    Set<UUID> of = done.services().keySet();
    Ended ended;
    try {
      ended = done.ended().join();
    } catch (CompletionException failure) {
      of.forEach(sources::drop);
      throw unchecked(failure.getCause());
    }
    if (ended.outcome() instanceof LedgerWriter.Committed committed) {
      for (Advance step : done.batch().advances()) {
        SourceReader reader = sources.reader(step.sourceId());
        if (reader != null) { // its files may have failed since
          reader.committed(step.to());
        }
      }
      written(done, committed.written(), ended.took());
    } else if (ended.outcome() instanceof LedgerWriter.Unsure unsure) {
      of.forEach(sources::drop);
      if (unsure.written() != null) {
        written(done, unsure.written(), ended.took());
      }
    } else if (ended.outcome() instanceof LedgerWriter.Refused refused) {
      isolate(done.pulled(), done.poison(), refused);
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
    settle();
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
    LedgerBatch toWrite = batch.after(leases);
    inFlight =
        new InFlight(
            held,
            poison,
            toWrite,
            services,
            CompletableFuture.supplyAsync(() -> write(toWrite), writing));
  }

  private Ended write(LedgerBatch batch) {
    long start = System.nanoTime();
    LedgerWriter.Outcome outcome = writer.write(batch);
    return new Ended(outcome, Duration.ofNanos(System.nanoTime() - start));
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure; // the transaction throws nothing that is checked
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
