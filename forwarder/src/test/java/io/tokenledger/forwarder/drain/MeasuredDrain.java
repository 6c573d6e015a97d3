package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.LedgerTransaction;
import java.nio.file.Path;
import java.time.Duration;

/** Drains for benchmarks in other packages. */
public final class MeasuredDrain {
  private MeasuredDrain() {}

  /** Drains what is there once and keeps the files. */
  public static DrainSummary drainAll(
      Database database, PriceSource prices, Path queues, boolean rollups) {
    DrainSettings settings =
        new DrainSettings(queues, Duration.ofHours(24), false, Duration.ofSeconds(5));
    try (Drain drain =
        rollups
            ? new Drain(database, prices, settings)
            : new Drain(
                database,
                prices,
                settings,
                notice -> {},
                DrainObserver.NONE,
                Duration.ofSeconds(10),
                store -> LedgerTransaction.withoutRollups(store, prices))) {
      return drain.drainAll();
    }
  }
}
