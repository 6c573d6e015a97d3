package io.tokenledger.agent.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.config.AgentConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerLogTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final BreakerLog log =
      new BreakerLog(
          new AgentLog(new AgentConfig.Log("warn", "-"), new PrintStream(written, true)));
  private final CircuitBreaker breaker = new CircuitBreaker("okhttp");

  @Test
  void saysOnceForEachTimeThatABreakerOpens() {
    log.poll(List.of(breaker));
    open(0);
    log.poll(List.of(breaker));
    log.poll(List.of(breaker));
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("[tokenledger] client okhttp is not metered for now")
        .endsWith("java.lang.IllegalStateException: ours");

    long later = CircuitBreaker.FIRST_DELAY_NANOS + CircuitBreaker.QUIET_NANOS + 1;
    assertThat(breaker.allows(later)).isTrue();
    log.poll(List.of(breaker));
    open(later);
    log.poll(List.of(breaker));

    assertThat(lines()).hasSize(2);
  }

  private void open(long now) {
    for (int i = 0; i < CircuitBreaker.MAX_ERRORS; i++) {
      breaker.failed(new IllegalStateException("ours"), now);
    }
    assertThat(breaker.tripped()).isTrue();
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
