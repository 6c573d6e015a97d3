package io.tokenledger.it.overhead;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.ledger.Ledger;
import io.tokenledger.agent.ledger.SourceDirectory;
import io.tokenledger.agent.ledger.SourceFacts;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Fills a queue directory with {@link TypicalRecords} through the agent's own ledger, which begins
 * with a segment file and goes on with Chronicle, and ends: what it leaves is what applications
 * leave that have ended. Arguments: directory, sources, records altogether.
 */
public final class QueueMaker {
  /** Less than the hand-off takes, so that nothing is dropped. */
  private static final int IN_FLIGHT = 2_000;

  /** How old the first record is: a backlog of some time, never of two days. */
  private static final Duration SPAN = Duration.ofMinutes(30);

  private static final long PAUSE_NANOS = 10_000_000;

  private final AgentConfig.Queue limits;
  private final int records;

  private QueueMaker(Path base, int records) {
    this.limits = new AgentConfig.Queue(base.toString(), 1L << 40, 1L << 40, 0, 0600);
    this.records = records;
  }

  public static void main(String[] args) throws Exception {
    int sources = Integer.parseInt(args[1]);
    int records = Integer.parseInt(args[2]);
    QueueMaker maker = new QueueMaker(Files.createDirectories(Path.of(args[0])), records / sources);
    List<Ledger> open = new ArrayList<>();
    for (int number = 0; number < sources; number++) {
      open.add(maker.write(new TypicalRecords(number)));
      if (open.size() == 20) {
        open.forEach(Ledger::finish);
        open.clear();
      }
    }
    open.forEach(Ledger::finish);
    System.out.println("done");
    System.exit(0);
  }

  private Ledger write(TypicalRecords typical) throws IOException, InterruptedException {
    SourceFacts facts =
        new SourceFacts(typical.service(), "production", "0.1.0", "d1gest", Map.of("okhttp", "on"));
    SourceDirectory directory = SourceDirectory.create(limits, facts);
    Ledger ledger = new Ledger(directory, limits, Map::of);
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    Instant first = Instant.now().minus(SPAN);
    long micros = SPAN.toNanos() / 1_000 / records;
    boolean chronicle = false;
    for (int i = 0; i < records; i++) {
      Instant sent = first.plusNanos(i * micros * 1_000);
      inFlight.acquire();
      boolean taken =
          ledger.offer(
              () -> {
                inFlight.release();
                return typical.next(sent);
              });
      if (!taken) {
        throw new IllegalStateException("the hand-off refused a record");
      }
      if (!chronicle) {
        // In one go they would all be in the segment file, which is there for the first moments.
        LockSupport.parkNanos(PAUSE_NANOS);
        chronicle = usesChronicle(directory);
      }
    }
    inFlight.acquire(IN_FLIGHT);
    return ledger;
  }

  private static boolean usesChronicle(SourceDirectory directory) {
    return directory.path().list((path, name) -> name.endsWith(QueueLayout.CYCLE_SUFFIX)).length
        > 0;
  }
}
