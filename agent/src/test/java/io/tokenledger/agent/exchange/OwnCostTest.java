package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.ledger.FinishedExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the agent tells of its own cost on the application's threads. */
class OwnCostTest {
  private static final long MILLISECOND = 1_000_000;

  private final MeterHarness harness = new MeterHarness();

  @Test
  void addsUpWhatItDidForAnExchangeAndNotWhatTheApplicationDidMeanwhile() {
    long start = System.nanoTime();
    Exchange exchange = harness.meter.begin(MeterHarness.CHAT, name -> spin(2, null));
    spin(20, null);
    exchange.responseHead(200, name -> spin(3, "application/json"));
    spin(20, null);
    exchange.responseEnd();
    long whole = System.nanoTime() - start;

    assertThat(harness.handedOver.poll().callerNanos())
        .isBetween(5 * MILLISECOND, whole - 40 * MILLISECOND);
  }

  @Test
  void countsTheScanOfTheRequest() {
    Exchange exchange = harness.begin(MeterHarness.CHAT);
    String body = "{\"messages\":[" + "{\"content\":\"some words\"},".repeat(200_000) + "{}]}";
    byte[] bytes = MeterHarness.bytes(body);
    BodyScan scan = exchange.requestBody();
    long start = System.nanoTime();
    scan.bytes(bytes, 0, bytes.length);
    long scanned = System.nanoTime() - start;
    exchange.cancelled();

    assertThat(harness.handedOver.poll().callerNanos()).isGreaterThan(scanned / 2);
  }

  @Test
  void timesAllOfTheFirstExchangesAndThenFew() {
    int exchanges = CostSampling.FIRST + 3 * CostSampling.ONE_IN;
    List<Boolean> timed = new ArrayList<>();
    for (int i = 0; i < exchanges; i++) {
      harness.begin(MeterHarness.CHAT).cancelled();
      FinishedExchange finished = harness.handedOver.poll();
      finished.toRecord();
      timed.add(finished.callerNanos() >= 0);
    }

    assertThat(timed)
        .containsExactlyElementsOf(
            IntStream.range(0, exchanges)
                .mapToObj(i -> i < CostSampling.FIRST || i % CostSampling.ONE_IN == 0)
                .toList());
  }

  /** Keeps the thread busy for so many milliseconds. */
  private static String spin(long millis, String result) {
    long end = System.nanoTime() + millis * MILLISECOND;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return result;
  }
}
