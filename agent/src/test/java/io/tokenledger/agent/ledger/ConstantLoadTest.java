package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hand-off that is never found empty: each exchange that is taken leaves another one behind. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConstantLoadTest {
  /** Where a round without a bound would come to its end, so that a test fails instead. */
  private static final long LOAD_ENDS = 2_000_000;

  private static final long CHAINED = 1_000_000;

  private static final long LITTLE_ROOM = 2 << 20;

  /** A cycle file is longer than its blocks by so much (docs/operations.md). */
  private static final long UNUSED_LENGTH = 1_280 << 10;

  @TempDir Path base;
  private final BoundedHandOff handOff = new BoundedHandOff(16);
  private SourceDirectory source;
  private long made;

  @Test
  void aRoundComesToItsEnd() {
    LedgerWork work = work(1L << 30, LedgerWork.REPORT_NANOS);

    work.round();

    assertThat(made).isLessThanOrEqualTo(LedgerWork.ROUND_EXCHANGES + 1);
    assertThat(handOff.isEmpty()).isFalse();
  }

  @Test
  void movesToTheQueue() {
    LedgerWork work = work(1L << 30, LedgerWork.REPORT_NANOS);

    roundsUntil(work, this::isQueueInUse);

    assertThat(made).as("exchanges until then").isLessThan(LOAD_ENDS);
  }

  @Test
  void reportsItself() {
    LedgerWork work = work(1L << 30, 0);

    work.round();

    assertThat(QueueContents.bodies(entries(), AgentReport.class))
        .anyMatch(report -> report.json().contains("\"occasion\":\"running\""));
  }

  @Test
  void ownsUpToWhatOverflows() {
    LedgerWork work = work(1L << 30, LedgerWork.REPORT_NANOS);
    handOff.countDrop();

    work.round();

    assertThat(QueueContents.bodies(entries(), GapRecord.class))
        .extracting(GapRecord::reason)
        .containsExactly("overflow");
  }

  @Test
  void keepsTheLimit() {
    LedgerWork work = work(LITTLE_ROOM, LedgerWork.REPORT_NANOS);

    roundsUntil(work, () -> made > 60_000);

    assertThat(bytesOnDisk()).isLessThanOrEqualTo(LITTLE_ROOM + UNUSED_LENGTH);
    assertThat(QueueContents.bodies(entries(), UsageRecord.class)).hasSizeLessThan(60_000);
  }

  @Test
  void looksAtOpenExchangesAndBreakers() {
    Watched watched = new Watched();
    LedgerWork work = work(1L << 30, LedgerWork.REPORT_NANOS, watched);

    work.round();
    work.round();
    work.round();

    assertThat(watched.looks).isEqualTo(3);
  }

  @Test
  void writesTheResultsOfAFileInBetween() {
    LedgerWork work = work(1L << 30, LedgerWork.REPORT_NANOS);
    handOff.offer(fileOf(10));

    work.round();

    assertThat(QueueContents.bodies(entries(), UsageRecord.class))
        .extracting(record -> record.get(UsageField.INPUT_TOKENS))
        .containsAll(LongStream.range(CHAINED, CHAINED + 10).boxed().toList());
  }

  @Test
  void endsAndReportsThat() {
    LedgerWork work = work(1L << 30, LedgerWork.REPORT_NANOS);

    work.end();

    assertThat(made).isLessThan(LOAD_ENDS);
    assertThat(QueueContents.bodies(entries(), AgentReport.class))
        .extracting(AgentReport::json)
        .anyMatch(json -> json.contains("\"occasion\":\"stop\""));
  }

  private void roundsUntil(LedgerWork work, BooleanSupplier reached) {
    while (made < LOAD_ENDS && !reached.getAsBoolean()) {
      work.round();
    }
  }

  private boolean isQueueInUse() {
    return !QueueContents.chronicleEntries(source.path()).isEmpty();
  }

  private List<LedgerEntry> entries() {
    return QueueContents.entries(source.path());
  }

  private long bytesOnDisk() {
    long sum = 0;
    for (File file : source.path().listFiles()) {
      sum += file.length();
    }
    return sum;
  }

  private LedgerWork work(long maxBytes, long reportNanos) {
    return work(maxBytes, reportNanos, OpenExchangeWatch.NONE);
  }

  private LedgerWork work(long maxBytes, long reportNanos, OpenExchangeWatch watch) {
    source = Sources.create(base);
    AgentConfig.Queue limits = new AgentConfig.Queue(base.toString(), maxBytes, 4L << 30, 0, 0600);
    Clock clock = Clock.systemUTC();
    QueueOpener opener =
        new QueueOpener(
            source.path(),
            new FileMode(limits.fileMode(), limits.directoryMode()),
            new DiskGuard(source.path(), limits),
            clock,
            ChronicleWriter.MAX_CYCLE_BYTES);
    LedgerWork work =
        new LedgerWork(
            handOff, watch, new UnmeteredCalls(), opener, source, Map::of, clock, reportNanos);
    work.begin();
    handOff.offer(endless());
    return work;
  }

  private FinishedExchange endless() {
    long number = made++;
    return () -> {
      if (made < LOAD_ENDS) {
        handOff.offer(endless());
      }
      return Sources.record(number);
    };
  }

  private static FinishedExchange fileOf(int more) {
    return new FinishedExchange() {
      @Override
      public UsageRecord toRecord() {
        return Sources.record(CHAINED + more);
      }

      @Override
      public FinishedExchange next() {
        return more == 0 ? null : fileOf(more - 1);
      }
    };
  }

  private static final class Watched implements OpenExchangeWatch {
    private int looks;

    @Override
    public void endCollected() {
      looks++;
    }

    @Override
    public void endAll() {}
  }
}
