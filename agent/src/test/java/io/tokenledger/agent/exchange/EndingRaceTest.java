package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Endings of other threads while a piece is scanned. */
class EndingRaceTest {
  private static final int ROUNDS = 3000;
  private static final String CHUNK =
      "data: {\"id\":\"c1\",\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%1$d,"
          + "\"total_tokens\":%1$d}}\n\n";

  /** Each report says one number three times, so a torn or half-written one would show. */
  @Test
  void handsOverExactlyOnceAndNeverAScannerThatIsWritten() throws Exception {
    StringBuilder stream = new StringBuilder();
    for (int i = 1000; i < 1030; i++) {
      stream.append(CHUNK.formatted(i));
    }
    byte[] bytes = MeterHarness.bytes(stream.append("data: [DONE]\n\n").toString());
    CyclicBarrier start = new CyclicBarrier(2);
    AtomicReference<Exchange> current = new AtomicReference<>();
    Thread canceller = new Thread(() -> cancelRounds(start, current));
    canceller.start();
    int cancelled = 0;
    for (int round = 0; round < ROUNDS; round++) {
      MeterHarness harness = new MeterHarness();
      Exchange exchange = harness.begin(MeterHarness.CHAT);
      exchange.responseHead(200, MeterHarness.SSE::get);
      current.set(exchange);
      start.await();
      for (int at = 0; at < bytes.length; at += 100) {
        exchange.responseBytes(bytes, at, Math.min(100, bytes.length - at));
      }
      exchange.responseEnd();
      start.await();
      assertThat(harness.handedOver).hasSize(1);
      assertThat(harness.faults).isEmpty();
      UsageRecord record = harness.record();
      cancelled += record.get(UsageField.STATUS).equals("cancelled") ? 1 : 0;
      Long input = record.get(UsageField.INPUT_TOKENS);
      assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(input);
      assertThat(record.get(UsageField.TOTAL_TOKENS_REPORTED)).isEqualTo(input);
      assertThat(input == null || input >= 1000 && input < 1030).isTrue();
    }
    canceller.join();
    assertThat(cancelled).isBetween(1, ROUNDS);
  }

  private static void cancelRounds(CyclicBarrier start, AtomicReference<Exchange> current) {
    try {
      for (int round = 0; round < ROUNDS; round++) {
        start.await();
        for (int spin = 0; spin < round % 300; spin++) {
          Thread.onSpinWait();
        }
        current.get().cancelled();
        start.await();
      }
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
