package io.tokenledger.agent.ledger;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What handing over costs its caller: with the queue to itself, and with two callers at a queue
 * that is full. Stands in this package because the queue is nobody else's business.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class HandOffBenchmark {
  private static final FinishedExchange EXCHANGE =
      () -> {
        throw new AssertionError("nobody makes a record here");
      };

  /** One queue for all threads. */
  @State(Scope.Benchmark)
  public static class Shared {
    final BoundedHandOff queue = new BoundedHandOff(BoundedHandOff.DEFAULT_CAPACITY);
    final BoundedHandOff full = new BoundedHandOff(1);

    public Shared() {
      full.offer(EXCHANGE);
    }
  }

  /** Offered and taken by one thread, so that the queue never fills. */
  @Benchmark
  public Object offerAndPoll(Shared shared) {
    shared.queue.offer(EXCHANGE);
    return shared.queue.poll();
  }

  /** The drop is counted, with its time. */
  @Benchmark
  @Threads(2)
  public boolean offerToFullQueue(Shared shared) {
    return shared.full.offer(EXCHANGE);
  }
}
