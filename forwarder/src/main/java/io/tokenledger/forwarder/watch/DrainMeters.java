package io.tokenledger.forwarder.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tokenledger.forwarder.drain.DrainObserver;
import io.tokenledger.forwarder.store.Gap;
import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.UsageField;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Counts what this forwarder's drain does, and knows whether it still does something. */
final class DrainMeters implements DrainObserver {
  private static final int MOST_REASONS = 50;

  /** A clock that is years off must not be all that the sum shows. */
  private static final long LONGEST_FRESHNESS = Duration.ofDays(30).toNanos();

  private final MeterRegistry registry;
  private final Labels services;
  private final Labels reasons = new Labels(MOST_REASONS);
  private final Timer batches;
  private final DistributionSummary batchRows;
  private final Timer freshness;
  private final Counter retries;
  private final Counter unpriced;
  private final Counter zeroCost;
  private final Counter deadLetters;
  private final Map<String, Counter> rows = new HashMap<>();
  private volatile StoreException failure;
  private volatile long lastTurn;
  private volatile boolean started;
  private volatile int heldElsewhere;

  DrainMeters(MeterRegistry registry, Labels services) {
    this.registry = registry;
    this.services = services;
    this.batches =
        Timer.builder("tokenledger_batch")
            .description("From the first statement of a transaction to the answer of its commit.")
            .serviceLevelObjectives(millis(5, 20, 50, 100, 250, 500, 1_000, 5_000, 30_000))
            .register(registry);
    this.batchRows =
        DistributionSummary.builder("tokenledger_batch_rows")
            .description("Rows in a transaction.")
            .serviceLevelObjectives(1, 10, 100, 1_000, 5_000)
            .register(registry);
    this.freshness =
        Timer.builder("tokenledger_freshness")
            .description("From the end of a call to its committed row.")
            .serviceLevelObjectives(
                millis(100, 250, 500, 1_000, 2_500, 10_000, 60_000, 600_000, 3_600_000))
            .register(registry);
    this.retries =
        Counter.builder("tokenledger_drain_retries")
            .description("Failures after which the drain tried again.")
            .register(registry);
    this.unpriced =
        Counter.builder("tokenledger_unpriced_rows")
            .description("Rows committed without a cost.")
            .register(registry);
    this.zeroCost =
        Counter.builder("tokenledger_zero_cost_rows")
            .description("Rows committed with tokens above zero that cost 0 and are not free.")
            .register(registry);
    this.deadLetters =
        Counter.builder("tokenledger_dead_lettered_records")
            .description("Records that this forwarder put aside as dead letters.")
            .register(registry);
  }

  @Override
  public void committed(Commit commit) {
    long now = nowNanos();
    LedgerBatch batch = commit.batch();
    batches.record(commit.took());
    batchRows.record(commit.written().events());
    unpriced.increment(commit.written().unpriced());
    zeroCost.increment(commit.written().zeroCost());
    deadLetters.increment(commit.written().deadLetters());
    UUID last = null;
    Counter counter = null;
    for (LedgerBatch.Usage usage : batch.usages()) {
      if (!usage.sourceId().equals(last)) {
        last = usage.sourceId();
        counter = rows(services.of(commit.services().get(last)));
      }
      counter.increment();
      Instant start = usage.usage().get(UsageField.TIMESTAMP);
      Double millis = usage.usage().get(UsageField.DURATION_MS);
      long end = nanos(start) + (millis == null ? 0 : (long) (millis * 1e6));
      freshness.record(Math.min(Math.max(0, now - end), LONGEST_FRESHNESS), TimeUnit.NANOSECONDS);
    }
    for (Gap gap : batch.gaps()) {
      if (gap.missing() != null) {
        missing(commit.services().get(gap.sourceId()), gap).increment(gap.missing());
      }
    }
    lastTurn = System.nanoTime();
    started = true;
  }

  @Override
  public void turned(int heldElsewhere) {
    this.heldElsewhere = heldElsewhere;
    lastTurn = System.nanoTime();
    started = true;
  }

  @Override
  public void failed(StoreException failure) {
    this.failure = failure;
    retries.increment();
    lastTurn = System.nanoTime();
    started = true;
  }

  @Override
  public void recovered() {
    failure = null;
  }

  /** What it fails with at the moment; null: it does not. */
  StoreException failure() {
    return failure;
  }

  /** Since its last sign of life; null before the first. */
  Duration silence() {
    return started ? Duration.ofNanos(System.nanoTime() - lastTurn) : null;
  }

  int heldElsewhere() {
    return heldElsewhere;
  }

  private Counter rows(String service) {
    return rows.computeIfAbsent(
        service,
        name ->
            Counter.builder("tokenledger_committed_rows")
                .description("Rows that this forwarder committed.")
                .tag("service", name)
                .register(registry));
  }

  private Counter missing(String service, Gap gap) {
    return Counter.builder("tokenledger_missing_records")
        .description("Records that are missing, as gaps that this forwarder booked.")
        .tag("service", services.of(service))
        .tag("kind", gap.kind())
        .tag("reason", gap.reason() == null ? "" : reasons.of(gap.reason()))
        .register(registry);
  }

  private static long nowNanos() {
    return nanos(Instant.now());
  }

  /** Since the epoch; good until 2262. */
  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }

  private static Duration[] millis(long... millis) {
    Duration[] durations = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      durations[i] = Duration.ofMillis(millis[i]);
    }
    return durations;
  }
}
