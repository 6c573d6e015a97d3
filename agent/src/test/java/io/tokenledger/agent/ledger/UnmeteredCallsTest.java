package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnmeteredCallsTest {
  private final UnmeteredCalls calls = new UnmeteredCalls();

  @Test
  void countsByHostAndEndOfThePath() {
    calls.add("LLM.example", "/chat/completions");
    calls.add("llm.EXAMPLE", "/chat/completions");
    calls.add("llm.example", "/v1/embeddings");

    assertThat(calls.totals())
        .isEqualTo(Map.of("llm.example", Map.of("/chat/completions", 2L, "/v1/embeddings", 1L)));
  }

  @Test
  void countsHostsThatFindNoRoomTogether() {
    for (int i = 0; i < 100; i++) {
      calls.add("h" + i, "/chat/completions");
    }

    assertThat(calls.totals())
        .hasSize(65)
        .containsEntry("other", Map.of("other", 36L))
        .containsEntry("h63", Map.of("/chat/completions", 1L));
  }

  @Test
  void losesNoCountBetweenThreads() throws InterruptedException {
    int each = 20_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int thread = i;
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  calls.add("h" + (n + thread) % 80, "/chat/completions");
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    long sum =
        calls.totals().values().stream()
            .flatMap(counts -> counts.values().stream())
            .mapToLong(Long::longValue)
            .sum();
    assertThat(sum).isEqualTo(4L * each);
  }

  @Test
  void knowsWhetherThereIsSomethingToSay() {
    assertThat(calls.isEmpty()).isTrue();
    assertThat(calls.hasNews()).isFalse();

    calls.add("h", "/chat/completions");

    assertThat(calls.isEmpty()).isFalse();
    assertThat(calls.hasNews()).isTrue();
    assertThat(calls.hasNews()).isFalse();
  }

  @Test
  void allocatesForTheFirstCallOfAHostOnly() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    addOften();
    long before = threads.getCurrentThreadAllocatedBytes();
    addOften();

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  private void addOften() {
    for (int i = 0; i < 10_000; i++) {
      calls.add("llm.example", "/chat/completions");
    }
  }
}
