package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Is told how a drain fares, in the draining thread: whoever implements it must be quick and never
 * throw.
 */
public interface DrainObserver {
  /** Looks at nothing. */
  DrainObserver NONE = new DrainObserver() {};

  /**
   * A transaction that is committed.
   *
   * @param took from its first statement to the answer of the commit
   * @param services by source; a source whose description names none is absent
   */
  record Commit(
      LedgerBatch batch,
      LedgerTransaction.Written written,
      Duration took,
      Map<UUID, String> services) {}

  /** Tells both, in this order. */
  default DrainObserver and(DrainObserver other) {
    DrainObserver first = this;
    return new DrainObserver() {
      @Override
      public void committed(Commit commit) {
        first.committed(commit);
        other.committed(commit);
      }

      @Override
      public void turned(int heldElsewhere) {
        first.turned(heldElsewhere);
        other.turned(heldElsewhere);
      }

      @Override
      public void failed(StoreException failure) {
        first.failed(failure);
        other.failed(failure);
      }

      @Override
      public void recovered() {
        first.recovered();
        other.recovered();
      }
    };
  }

  default void committed(Commit commit) {}

  /**
   * The drain turned once more, with or without something to do.
   *
   * @param heldElsewhere sources that another forwarder reads
   */
  default void turned(int heldElsewhere) {}

  /** Something failed; the drain tries again until {@link #recovered()}. */
  default void failed(StoreException failure) {}

  /** It works again. */
  default void recovered() {}
}
