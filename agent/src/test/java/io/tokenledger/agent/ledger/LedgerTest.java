package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path base;

  @Test
  void writesWhatItIsGivenInOrder() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    for (int i = 0; i < 500; i++) {
      assertThat(ledger.offer(Sources.exchange(i))).isTrue();
    }
    Sources.await("500 records", () -> QueueContents.exchanges(source.path()).size() == 500);
    ledger.finish();
    assertThat(QueueContents.exchanges(source.path()))
        .extracting(record -> record.get(UsageField.INPUT_TOKENS))
        .containsExactlyElementsOf(LongStream.range(0, 500).boxed().toList());
  }

  @Test
  void writesToASegmentUntilTheQueueIsOpenAndGoesOnThere() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    AtomicLong next = new AtomicLong();
    ledger.offer(Sources.exchange(next.getAndIncrement()));
    Sources.await("a first record", () -> QueueContents.exchanges(source.path()).size() == 1);
    Sources.await(
        "a record in the queue",
        () -> {
          ledger.offer(Sources.exchange(next.getAndIncrement()));
          return !QueueContents.chronicleEntries(source.path()).isEmpty();
        });
    ledger.finish();
    List<LedgerEntry> inSegment = QueueContents.segmentEntries(source.path());
    List<LedgerEntry> inQueue = QueueContents.chronicleEntries(source.path());
    assertThat(QueueContents.bodies(inSegment, UsageRecord.class)).isNotEmpty();
    assertThat(inQueue.get(0).seq()).isEqualTo(inSegment.size());
    assertThat(inQueue.get(inQueue.size() - 1).body()).isInstanceOf(AgentReport.class);
    assertThat(QueueContents.exchanges(source.path()))
        .extracting(record -> record.get(UsageField.INPUT_TOKENS))
        .containsExactlyElementsOf(LongStream.range(0, next.get()).boxed().toList());
  }

  @Test
  void leavesNoQueueBehindAJobOfAFewCalls() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    for (int i = 1; i < LedgerWork.OPEN_AFTER; i++) {
      ledger.offer(Sources.exchange(i));
      int written = i;
      Sources.await("it", () -> QueueContents.exchanges(source.path()).size() == written);
    }
    ledger.finish();
    assertThat(source.path().list())
        .containsExactlyInAnyOrder("queue.lock", "source.json", "segment-000000.tlseg");
  }

  @Test
  void numbersEntriesWithoutHoles() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    ledger.offer(Sources.exchange(1));
    ledger.offer(Sources.exchange(2));
    Sources.await("2 records", () -> QueueContents.exchanges(source.path()).size() == 2);
    ledger.finish();
    List<LedgerEntry> entries = QueueContents.entries(source.path());
    assertThat(entries).extracting(LedgerEntry::seq).containsExactly(0L, 1L, 2L, 3L);
    assertThat(entries).extracting(LedgerEntry::sourceId).containsOnly(source.sourceId());
  }

  @Test
  void reportsItselfAtStartAndEnd() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    ledger.offer(Sources.exchange(1));
    Sources.await("a record", () -> QueueContents.exchanges(source.path()).size() == 1);
    ledger.finish();
    List<AgentReport> reports =
        QueueContents.bodies(QueueContents.entries(source.path()), AgentReport.class);
    assertThat(reports).hasSize(2);
    assertThat(reports.get(0).json()).contains("\"occasion\":\"start\"", "\"okhttp\":\"on\"");
    assertThat(reports.get(1).json())
        .contains("\"occasion\":\"stop\"", "\"exchanges_handed_over\":1", "\"ledger_thread\":{");
  }

  @Test
  void countsAnExchangeThatCannotBeParsedAsMissing() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    ledger.offer(
        () -> {
          throw new IllegalStateException("a bug in a parser");
        });
    ledger.offer(Sources.exchange(2));
    Sources.await("the record", () -> QueueContents.exchanges(source.path()).size() == 1);
    ledger.finish();
    assertThat(QueueContents.bodies(QueueContents.entries(source.path()), GapRecord.class))
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.reason()).isEqualTo("failed");
              assertThat(gap.count()).isEqualTo(1);
            });
  }

  @Test
  void ownsUpToWhatOverflowed() throws InterruptedException {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    ledger.offer(
        () -> {
          taken.countDown();
          awaitQuietly(release);
          return Sources.record(0);
        });
    taken.await();
    int dropped = 0;
    for (int i = 1; i <= BoundedHandOff.DEFAULT_CAPACITY + 10; i++) {
      dropped += ledger.offer(Sources.exchange(i)) ? 0 : 1;
    }
    release.countDown();
    Sources.await("all taken", ledger::isIdle);
    ledger.offer(Sources.exchange(9_999));
    ledger.finish();
    List<LedgerEntry> entries = QueueContents.entries(source.path());
    assertThat(dropped).isBetween(9, 10);
    assertThat(QueueContents.bodies(entries, UsageRecord.class))
        .hasSize(BoundedHandOff.DEFAULT_CAPACITY + 12 - dropped);
    assertThat(QueueContents.bodies(entries, GapRecord.class))
        .singleElement()
        .extracting(GapRecord::reason, GapRecord::count)
        .containsExactly("overflow", (long) dropped);
  }

  @Test
  void writesToASegmentWhenTheJvmStopsBeforeTheQueueIsOpen() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    ledger.offer(Sources.exchange(7));
    ledger.finish();
    List<LedgerEntry> entries = QueueContents.entries(source.path());
    assertThat(QueueContents.bodies(entries, UsageRecord.class)).hasSize(1);
    assertThat(entries).as("%s", entries).extracting(LedgerEntry::seq).containsExactly(0L, 1L, 2L);
  }

  @Test
  void ownsUpToWhatItsShareHadNoRoomForWhenItEnds() {
    AgentConfig.Queue share = new AgentConfig.Queue(base.toString(), 500 << 10, 4L << 30, 0, 0600);
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, share, OpenExchangeWatch.NONE);
    for (int i = 0; i < 4_000; i++) {
      ledger.offer(Sources.exchange(i));
    }
    ledger.finish();

    List<LedgerEntry> entries = QueueContents.entries(source.path());
    long missing =
        QueueContents.bodies(entries, GapRecord.class).stream().mapToLong(GapRecord::count).sum();
    assertThat(missing).isPositive();
    assertThat(QueueContents.exchanges(source.path()).size() + missing).isEqualTo(4_000);
    assertThat(entries.get(entries.size() - 1).body()).isInstanceOf(AgentReport.class);
  }

  @Test
  void endsOpenExchangesWhenTheJvmStops() {
    SourceDirectory source = Sources.create(base);
    Ledger[] ledger = new Ledger[1];
    OpenExchangeWatch oneOpen =
        new OpenExchangeWatch() {
          @Override
          public void endCollected() {}

          @Override
          public void endAll() {
            ledger[0].offer(Sources.exchange(3));
          }
        };
    ledger[0] = ledger(source, oneOpen);
    ledger[0].finish();
    assertThat(QueueContents.exchanges(source.path())).hasSize(1);
  }

  @Test
  void leavesNothingButTheSourceWhenNothingWasMetered() {
    SourceDirectory source = Sources.create(base);
    ledger(source, OpenExchangeWatch.NONE).finish();
    assertThat(source.path().list()).containsExactlyInAnyOrder("queue.lock", "source.json");
  }

  @Test
  void reportsWhatCouldBeReadAndWhatNobodyMeters() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    ledger.offer(
        () ->
            UsageRecord.builder()
                .set(UsageField.TIMESTAMP, Instant.EPOCH)
                .set(UsageField.PROVIDER, "openai")
                .set(UsageField.API, "openai.chat")
                .set(UsageField.HTTP_STATUS, 200)
                .set(UsageField.STATUS, "success")
                .set(UsageField.COMPLETION, "complete")
                .set(UsageField.USAGE_SOURCE, "none")
                .set(UsageField.USAGE_NOTE, List.of("not_reported"))
                .build());
    ledger.unmetered("llm.example", "/chat/completions");
    Sources.await("a record", () -> QueueContents.exchanges(source.path()).size() == 1);
    ledger.finish();
    assertThat(lastReport(source))
        .contains(
            "\"coverage\":{\"openai\":{\"openai.chat\":"
                + "{\"exchanges\":1,\"usage_expected\":1,\"not_reported\":1}}}",
            "\"unmetered\":{\"llm.example\":{\"/chat/completions\":1}}");
  }

  @Test
  void reportsCallsThatNobodyMetersFromAProcessThatMadeNoOther() {
    SourceDirectory source = Sources.create(base);
    Ledger ledger = ledger(source, OpenExchangeWatch.NONE);
    ledger.unmetered("llm.example", "/chat/completions");
    ledger.finish();
    assertThat(lastReport(source))
        .contains(
            "\"occasion\":\"stop\"", "\"unmetered\":{\"llm.example\":{\"/chat/completions\":1}}");
  }

  private static String lastReport(SourceDirectory source) {
    List<AgentReport> reports =
        QueueContents.bodies(QueueContents.entries(source.path()), AgentReport.class);
    return reports.get(reports.size() - 1).json();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Ledger ledger(SourceDirectory source, OpenExchangeWatch open) {
    return ledger(source, Sources.roomy(source.path().getParentFile().toPath()), open);
  }

  private static Ledger ledger(
      SourceDirectory source, AgentConfig.Queue limits, OpenExchangeWatch open) {
    Ledger ledger = new Ledger(source, limits, () -> Map.of("okhttp", "on"));
    ledger.watch(open);
    return ledger;
  }
}
