package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.record.GapRecord;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BoundedHandOffTest {
  private static final int PRODUCERS = 4;
  private static final int PER_PRODUCER = 50_000;

  @Test
  void losesNothingAndKeepsTheOrderOfEachProducer() throws InterruptedException {
    BoundedHandOff handOff = new BoundedHandOff(256);
    List<Thread> producers = new ArrayList<>();
    for (int p = 0; p < PRODUCERS; p++) {
      int producer = p;
      producers.add(
          new Thread(
              () -> {
                for (int i = 0; i < PER_PRODUCER; i++) {
                  while (!handOff.offer(new Numbered(producer, i))) {
                    Thread.onSpinWait();
                  }
                }
              }));
    }
    producers.forEach(Thread::start);
    int[] next = new int[PRODUCERS];
    long deadline = System.nanoTime() + 30_000_000_000L;
    for (int taken = 0; taken < PRODUCERS * PER_PRODUCER; ) {
      if (handOff.poll() instanceof Numbered numbered) {
        assertThat(numbered.number()).isEqualTo(next[numbered.producer()]++);
        taken++;
      } else {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
    for (Thread producer : producers) {
      producer.join();
    }
    assertThat(handOff.poll()).isNull();
    assertThat(handOff.isEmpty()).isTrue();
  }

  @Test
  void dropsAndCountsWhatDoesNotFit() {
    BoundedHandOff handOff = new BoundedHandOff(8);
    for (int i = 0; i < 11; i++) {
      assertThat(handOff.offer(new Numbered(0, i))).isEqualTo(i < 8);
    }
    GapLog gaps = new GapLog();
    handOff.drainDrops(gaps);
    GapRecord gap = gaps.peek();
    assertThat(gap.reason()).isEqualTo("overflow");
    assertThat(gap.count()).isEqualTo(3);
    assertThat(gap.first()).isBeforeOrEqualTo(gap.last());
    gaps.written(gap);
    handOff.drainDrops(gaps);
    assertThat(gaps.peek()).isNull();
  }

  @Test
  void accountsForEachOfferOfCompetingProducers() throws InterruptedException {
    BoundedHandOff handOff = new BoundedHandOff(64);
    AtomicLong accepted = new AtomicLong();
    List<Thread> producers = new ArrayList<>();
    for (int p = 0; p < PRODUCERS; p++) {
      producers.add(
          new Thread(
              () -> {
                for (int i = 0; i < PER_PRODUCER; i++) {
                  if (handOff.offer(new Numbered(0, i))) {
                    accepted.incrementAndGet();
                  }
                }
              }));
    }
    GapLog gaps = new GapLog();
    producers.forEach(Thread::start);
    long taken = 0;
    while (producers.stream().anyMatch(Thread::isAlive) || !handOff.isEmpty()) {
      if (handOff.poll() != null) {
        taken++;
      }
      handOff.drainDrops(gaps);
    }
    handOff.drainDrops(gaps);
    assertThat(taken).isEqualTo(accepted.get()).isEqualTo(handOff.offered());
    assertThat(taken + gaps.totals().getOrDefault("overflow", 0L))
        .isEqualTo((long) PRODUCERS * PER_PRODUCER);
  }

  @Test
  void wantsAPowerOfTwo() {
    assertThatThrownBy(() -> new BoundedHandOff(100)).isInstanceOf(IllegalArgumentException.class);
  }

  private record Numbered(int producer, int number) implements FinishedExchange {
    @Override
    public UsageRecord toRecord() {
      throw new UnsupportedOperationException();
    }
  }
}
