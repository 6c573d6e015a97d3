package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.LedgerWriter;
import io.tokenledger.forwarder.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Commits pulled entries, and keeps the readers in step with the ledger: a source whose position is
 * in doubt is let go, to be taken again from what is stored. A batch that holds a record which the
 * database refuses is halved until that record stands alone, and becomes a dead letter. Not
 * thread-safe.
 */
final class Committer {
  private final LedgerWriter writer;
  private final LeasedSources sources;
  private final Tally tally;
  private final DrainObserver observer;

  Committer(LedgerWriter writer, LeasedSources sources, Tally tally, DrainObserver observer) {
    this.writer = writer;
    this.sources = sources;
    this.tally = tally;
    this.observer = observer;
  }

  void commit(List<Pulled> pulled) {
    commit(pulled, null);
  }

  private void commit(List<Pulled> pulled, Batch.Poison poison) {
    List<Pulled> held =
        pulled.stream().filter(step -> sources.reader(step.sourceId()) != null).toList();
    if (held.isEmpty()) {
      return;
    }
    Map<UUID, Lease> leases = new TreeMap<>();
    held.forEach(step -> leases.computeIfAbsent(step.sourceId(), id -> sources.reader(id).lease()));
    LedgerBatch batch = Batch.of(held, leases, poison);
    Map<UUID, String> services = services(leases);
    long start = System.nanoTime();
    LedgerWriter.Outcome outcome;
    try {
      outcome = writer.write(batch);
    } catch (StoreException failure) {
      leases.keySet().forEach(sources::drop);
      throw failure;
    }
    if (outcome instanceof LedgerWriter.Committed committed) {
      batch.advances().forEach(step -> sources.reader(step.sourceId()).committed(step.to()));
      tally.add(committed.written(), leases.keySet());
      observe(batch, committed.written(), start, services);
      alarm(batch);
    } else if (outcome instanceof LedgerWriter.Unsure unsure) {
      leases.keySet().forEach(sources::drop);
      if (unsure.written() != null) {
        tally.add(unsure.written(), leases.keySet());
        observe(batch, unsure.written(), start, services);
        alarm(batch);
      }
    } else if (outcome instanceof LedgerWriter.Refused refused) {
      isolate(held, poison, refused);
    }
  }

  private Map<UUID, String> services(Map<UUID, Lease> leases) {
    Map<UUID, String> services = new HashMap<>();
    for (UUID id : leases.keySet()) {
      String service = sources.reader(id).directory().source().service();
      if (service != null) {
        services.put(id, service);
      }
    }
    return services;
  }

  private void observe(
      LedgerBatch batch,
      LedgerTransaction.Written written,
      long start,
      Map<UUID, String> services) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    observer.committed(new DrainObserver.Commit(batch, written, took, services));
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
      commit(held, new Batch.Poison(held.get(0), refused.reason(), refused.sqlState()));
      return;
    }
    int half = held.size() / 2;
    commit(held.subList(0, half), null);
    commit(held.subList(half, held.size()), null);
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
