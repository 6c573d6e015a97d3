package io.tokenledger.agent.ledger;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A JVM with a ledger, for tests of how one ends. First argument: what to do; second: the base. */
final class LedgerProgram {
  private LedgerProgram() {}

  public static void main(String[] args) throws Exception {
    Path base = Path.of(args[1]);
    SourceDirectory source = Sources.create(base);
    AgentConfig.Queue limits = new AgentConfig.Queue(base.toString(), 1L << 30, 4L << 30, 0, 0600);
    Ledger ledger = new Ledger(source, limits, Map::of);
    ledger.finishAtExit();
    switch (args[0]) {
      case "exit-at-once" -> exitAtOnce(ledger);
      case "exit-while-open" -> exitWhileOpen(ledger);
      case "exit-unused" -> System.exit(0);
      case "hang" -> hang(ledger, Integer.parseInt(args[2]));
      case "fill" -> fill(ledger);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void exitAtOnce(Ledger ledger) {
    ledger.offer(Sources.exchange(1));
    System.exit(0);
  }

  private static void exitWhileOpen(Ledger ledger) {
    ledger.watch(
        new OpenExchangeWatch() {
          @Override
          public void endCollected() {}

          @Override
          public void endAll() {
            ledger.offer(Sources.exchange(2));
          }
        });
    ledger.offer(Sources.exchange(1));
    awaitLine();
    System.exit(0);
  }

  /** Offers, says so, and stays until it is killed. */
  private static void hang(Ledger ledger, int exchanges) {
    for (int i = 0; i < exchanges; i++) {
      ledger.offer(Sources.exchange(i));
    }
    System.out.println("offered");
    awaitLine();
    ledger.offer(Sources.exchange(exchanges));
    System.out.println("offered");
    awaitLine();
  }

  /**
   * For each line read offers as many exchanges as it says, waits until they are taken, says so.
   */
  private static void fill(Ledger ledger) throws IOException {
    String raw = '"' + "x".repeat(8_000) + '"';
    long next = 0;
    for (int count = nextCount(); count > 0; count = nextCount()) {
      for (long end = next + count; next < end; next++) {
        UsageRecord record =
            Sources.record(next).toBuilder().set(UsageField.USAGE_RAW, raw).build();
        while (!ledger.offer(() -> record)) {
          Thread.onSpinWait();
        }
      }
      Sources.await("everything taken", ledger::isIdle);
      System.out.println("taken");
    }
    System.exit(0);
  }

  private static int nextCount() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = System.in.read(); c >= '0' && c <= '9'; c = System.in.read()) {
      line.append((char) c);
    }
    return line.isEmpty() ? 0 : Integer.parseInt(line.toString());
  }

  private static void awaitLine() {
    try {
      System.in.read();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
