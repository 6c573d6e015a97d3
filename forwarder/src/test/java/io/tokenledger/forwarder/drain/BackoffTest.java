package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  @Test
  void doublesUpToItsLongestAndNeverWaitsLessThanAHalfOfTheStep() {
    for (long step : new long[] {200, 400, 800, 1600, 3200, 5000, 5000}) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(step / 2), Duration.ofMillis(step));
    }
  }

  @Test
  void beginsAnewOnceItWorksAgain() {
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }

    backoff.reset();

    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void differsFromOneForwarderToTheNext() {
    Set<Duration> waits = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      waits.add(new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5)).next());
    }

    assertThat(waits).hasSizeGreaterThan(40);
  }
}
