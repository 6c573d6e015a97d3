package io.tokenledger.agent.safety;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long QUIET = CircuitBreaker.QUIET_NANOS;
  private static final long DELAY = CircuitBreaker.FIRST_DELAY_NANOS;

  /** Before the overflow of {@code nanoTime}, which may happen at any moment. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND;

  private final CircuitBreaker breaker = new CircuitBreaker("okhttp");

  @Test
  void staysClosedBelowTheLimit() {
    fail(CircuitBreaker.MAX_ERRORS - 1, START);

    assertThat(breaker.allows(START + SECOND)).isTrue();
    assertThat(breaker.tripped()).isFalse();
  }

  @Test
  void opensAtTheLimit() {
    fail(CircuitBreaker.MAX_ERRORS, START);

    assertThat(breaker.tripped()).isTrue();
    assertThat(breaker.allows(START + DELAY - 1)).isFalse();
  }

  @Test
  void forgetsErrorsAfterAQuietMinute() {
    fail(CircuitBreaker.MAX_ERRORS - 1, START);
    fail(1, START + QUIET + 1);

    assertThat(breaker.tripped()).isFalse();
    assertThat(breaker.errors()).isEqualTo(CircuitBreaker.MAX_ERRORS);
  }

  @Test
  void isHalfOpenAfterTheDelay() {
    fail(CircuitBreaker.MAX_ERRORS, START);

    assertThat(breaker.allows(START + DELAY)).isTrue();
    assertThat(breaker.tripped()).isTrue();
  }

  @Test
  void opensForTwiceAsLongWhenTheTrialFails() {
    fail(CircuitBreaker.MAX_ERRORS, START);
    long trial = START + DELAY;
    fail(1, trial);

    assertThat(breaker.allows(trial + DELAY)).isFalse();
    assertThat(breaker.allows(trial + 2 * DELAY)).isTrue();
  }

  @Test
  void neverStaysOpenLongerThanAnHour() {
    long now = START;
    fail(CircuitBreaker.MAX_ERRORS, now);
    for (int trial = 0; trial < 20; trial++) {
      now += CircuitBreaker.MAX_DELAY_NANOS;
      fail(1, now);
    }

    assertThat(breaker.allows(now + CircuitBreaker.MAX_DELAY_NANOS - 1)).isFalse();
    assertThat(breaker.allows(now + CircuitBreaker.MAX_DELAY_NANOS)).isTrue();
  }

  @Test
  void closesAfterAQuietTrialAndCountsAnew() {
    fail(CircuitBreaker.MAX_ERRORS, START);
    long quiet = START + DELAY + QUIET + 1;

    assertThat(breaker.allows(quiet)).isTrue();
    assertThat(breaker.tripped()).isFalse();
    fail(CircuitBreaker.MAX_ERRORS - 1, quiet);
    assertThat(breaker.allows(quiet)).isTrue();
    fail(1, quiet);
    assertThat(breaker.allows(quiet + DELAY - 1)).isFalse();
    assertThat(breaker.allows(quiet + DELAY)).isTrue();
  }

  @Test
  void errorsOfCallsThatWereUnderWayWhenItOpenedDoNotProlongIt() {
    fail(CircuitBreaker.MAX_ERRORS + 50, START);

    assertThat(breaker.allows(START + DELAY)).isTrue();
  }

  @Test
  void keepsTheLatestErrorForReports() {
    Throwable latest = new IllegalStateException("latest");
    fail(1, START);
    breaker.failed(latest, START);

    assertThat(breaker.lastError()).isSameAs(latest);
    assertThat(breaker.client()).isEqualTo("okhttp");
  }

  private void fail(int times, long now) {
    for (int i = 0; i < times; i++) {
      breaker.failed(new IllegalStateException("ours"), now);
    }
  }
}
