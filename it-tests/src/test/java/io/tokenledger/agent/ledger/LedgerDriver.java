package io.tokenledger.agent.ledger;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Drives the ledger of the built agent from standard input, without a client in between: {@code
 * take <n>} has n exchanges written, {@code later <minutes>} moves the clock, {@code exit} or the
 * end of input ends the process. Answers each line with {@code done}. Defined in the agent's own
 * loader, so that everything below is what an application's JVM runs.
 */
public final class LedgerDriver implements Runnable {
  private static final int AT_ONCE = 500;
  private static final String RAW = '"' + "x".repeat(600) + '"';

  private final HandClock clock = new HandClock();
  private final Ledger ledger;
  private long next;

  /**
   * @param base the queue directory
   * @param maxCycleBytes when a cycle file is full
   */
  public LedgerDriver(String base, long maxCycleBytes) throws IOException {
    AgentConfig.Queue limits = new AgentConfig.Queue(base, 1L << 30, 4L << 30, 0, 0600);
    SourceDirectory source =
        SourceDirectory.create(
            limits, new SourceFacts("disk", "test", "0", "0", Map.of("none", "on")));
    this.ledger = new Ledger(source, limits, Map::of, clock, maxCycleBytes);
    ledger.finishAtExit();
  }

  @Override
  public void run() {
    try {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "take" -> take(Integer.parseInt(words[1]));
          case "exit" -> System.exit(0);
          case "later" -> clock.advance(Duration.ofMinutes(Integer.parseInt(words[1])));
          default -> throw new IllegalArgumentException(line);
        }
        System.out.println("done");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    System.exit(0);
  }

  private void take(int count) {
    for (int i = 1; i <= count; i++) {
      UsageRecord record =
          UsageRecord.builder()
              .set(UsageField.TIMESTAMP, clock.instant())
              .set(UsageField.PROVIDER, "openai")
              .set(UsageField.MODEL, "gpt-5-mini")
              .set(UsageField.INPUT_TOKENS, next++)
              .set(UsageField.USAGE_RAW, RAW)
              .build();
      ledger.offer(() -> record);
      if (i % AT_ONCE == 0 || i == count) {
        while (!ledger.isIdle()) {
          LockSupport.parkNanos(100_000);
        }
      }
    }
  }

  /** The wall clock, moved. */
  private static final class HandClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration further) {
      ahead = ahead.plus(further);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
