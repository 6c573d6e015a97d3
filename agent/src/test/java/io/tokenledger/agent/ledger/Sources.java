package io.tokenledger.agent.ledger;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What tests of the ledger need again and again. */
final class Sources {
  static final SourceFacts FACTS =
      new SourceFacts("billing app", "test", "0.1.0", "d1gest", Map.of("okhttp", "on"));

  private Sources() {}

  static AgentConfig.Queue roomy(Path base) {
    return new AgentConfig.Queue(base.toString(), 1L << 30, 4L << 30, 0, 0600);
  }

  static SourceDirectory create(Path base) {
    try {
      return SourceDirectory.create(roomy(base), FACTS);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** An exchange whose input tokens are its number. */
  static FinishedExchange exchange(long number) {
    return () -> record(number);
  }

  static UsageRecord record(long number) {
    return UsageRecord.builder()
        .set(UsageField.TIMESTAMP, Instant.ofEpochSecond(1_700_000_000 + number))
        .set(UsageField.PROVIDER, "openai")
        .set(UsageField.MODEL, "gpt-5-mini")
        .set(UsageField.INPUT_TOKENS, number)
        .set(UsageField.USAGE_RAW, "{\"prompt_tokens\":" + number + "}")
        .build();
  }

  /** Waits until something holds; fails after 30 seconds. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("after 30 s still not: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
