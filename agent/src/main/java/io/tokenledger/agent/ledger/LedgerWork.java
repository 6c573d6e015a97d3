package io.tokenledger.agent.ledger;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is to be done with finished exchanges: records made, written, accounted for. Used by one
 * thread at a time.
 */
final class LedgerWork {
  /**
   * So many exchanges go to the segment file before the queue is opened. The queue takes 384 KiB of
   * disk and half a second of work, which a job of a few calls is better off without.
   */
  static final int OPEN_AFTER = 16;

  private static final long OPEN_RETRY_NANOS = 1_000_000_000L;

  /**
   * A round ends after so many exchanges or so long, whatever still waits: all that is done once a
   * round (gaps, reports, the move to the queue, breakers and kill switch, streams that nobody
   * holds any more) must go on while exchanges come as fast as they are written.
   */
  static final int ROUND_EXCHANGES = 1_024;

  private static final long ROUND_NANOS = 50_000_000L;

  /** While others wait, every so many exchanges one is of a file of results. */
  private static final int CHAINED_SHARE = 8;

  /** Of the two seconds that the exit has: the last report must still be written in them. */
  private static final long LAST_REPORT_NANOS = 1_500_000_000L;

  private static final long END_NANOS = 2_000_000_000L;

  /** How often the agent reports itself while there is something new to say. */
  static final long REPORT_NANOS = 60_000_000_000L;

  private final BoundedHandOff handOff;
  private final OpenExchangeWatch open;
  private final QueueOpener opener;
  private final SourceDirectory source;
  private final Clock clock;
  private final long reportNanos;
  private final GapLog gaps = new GapLog();
  private final OwnCost ownCost = new OwnCost();
  private final Coverage coverage = new Coverage();
  private final UnmeteredCalls unmetered;
  private final ArrayDeque<FinishedExchange> chained = new ArrayDeque<>();
  private final SequencedWriter writer;
  private final SelfReport report;

  private QueueOpening opening;
  private boolean openingBegun;
  private long exchanges;
  private boolean refused;
  private long nextOpenNanos;
  private long nextReportNanos;
  private long reportedEntries;
  private long errors;

  LedgerWork(
      BoundedHandOff handOff,
      OpenExchangeWatch open,
      UnmeteredCalls unmetered,
      QueueOpener opener,
      SourceDirectory source,
      Supplier<Map<String, String>> clientStates,
      Clock clock,
      long reportNanos) {
    this.handOff = handOff;
    this.open = open;
    this.unmetered = unmetered;
    this.opener = opener;
    this.source = source;
    this.clock = clock;
    this.reportNanos = reportNanos;
    this.nextReportNanos = System.nanoTime() + reportNanos;
    this.writer = new SequencedWriter(source.sourceId(), opener, gaps);
    this.report =
        new SelfReport(clock, clientStates, handOff, writer, gaps, ownCost, coverage, unmetered);
  }

  /** Begins to write, to a segment file: it needs nothing that is slow to load. */
  void begin() {
    writer.useSegment();
    report("start");
  }

  /** One round; true if there was something to do. Never throws. */
  boolean round() {
    try {
      makeSource();
      moveToQueue();
      open.endCollected();
      int taken = drain();
      openQueueIfDue(taken);
      handOff.drainDrops(gaps);
      writer.writeGaps();
      reportIfDue();
      return taken > 0;
    } catch (Throwable t) {
      errors++; // a thread that died here would leave the agent blind for the rest of the process
      return false;
    }
  }

  /**
   * Writes the last report and whatever gap is still to be told, where the entries before went: a
   * queue that opens just now takes longer than a JVM should to stop.
   */
  void end() {
    openingBegun = true;
    opening = null;
    refused = false;
    source.makeNow();
    writer.forgetRefusal();
    long start = System.nanoTime();
    boolean more = roundsUntil(start + LAST_REPORT_NANOS);
    boolean reported = report("stop");
    if (more) {
      roundsUntil(start + END_NANOS);
    }
    // No exchange comes after this: on a full disk the last room is for what says how many are
    // lost.
    writer.beginLast();
    if (writer.writeGaps() && !reported) {
      report("stop");
    }
  }

  /** True if there still was something to do at the deadline. */
  private boolean roundsUntil(long deadlineNanos) {
    boolean more = round();
    while (more && System.nanoTime() - deadlineNanos < 0) {
      more = round();
    }
    return more;
  }

  /** On a disk that was full when the JVM started; the writer refuses until this worked. */
  private void makeSource() {
    if (!source.isThere() && source.makeIfDue()) {
      writer.forgetRefusal();
      report("start");
    }
  }

  private int drain() {
    long start = System.nanoTime();
    int taken = 0;
    while (taken < ROUND_EXCHANGES && System.nanoTime() - start < ROUND_NANOS) {
      FinishedExchange next = nextToWrite(taken);
      if (next == null) {
        break;
      }
      write(next);
      FinishedExchange behind = next.next();
      if (behind != null) {
        chained.add(behind);
      }
      taken++;
    }
    return taken;
  }

  /** A file of results waits for exchanges that have a place of their own, but not for ever. */
  private FinishedExchange nextToWrite(int taken) {
    if (taken % CHAINED_SHARE == CHAINED_SHARE - 1 && !chained.isEmpty()) {
      return chained.poll();
    }
    FinishedExchange next = handOff.poll();
    return next == null ? chained.poll() : next;
  }

  private void write(FinishedExchange finished) {
    long start = System.nanoTime();
    UsageRecord record;
    try {
      record = finished.toRecord();
    } catch (RuntimeException | Error e) {
      errors++;
      gaps.add("failed", clock.instant());
      return;
    }
    if (record == null) {
      return;
    }
    Instant sent = record.get(UsageField.TIMESTAMP);
    writer.writeExchange(record, sent == null ? clock.instant() : sent);
    coverage.add(finished, record);
    ownCost.record(finished.callerNanos(), System.nanoTime() - start);
  }

  private void reportIfDue() {
    if (System.nanoTime() - nextReportNanos >= 0) {
      nextReportNanos = System.nanoTime() + reportNanos;
      boolean news = unmetered.hasNews();
      if (writer.written() != reportedEntries || news) {
        report("running");
      }
    }
  }

  /** False: there was no room for it. */
  private boolean report(String occasion) {
    boolean written = writer.writeReport(report.make(occasion, errors));
    reportedEntries = writer.written();
    return written;
  }

  /** Has Chronicle opened beside this thread; a later round writes to it. */
  private void openQueueIfDue(int taken) {
    exchanges += taken;
    if (!openingBegun && exchanges >= OPEN_AFTER && source.isThere()) {
      openingBegun = true;
      opening = new QueueOpening(opener);
      opening.start();
    }
  }

  /** Not before there is a record for it: the first append takes long, and none may follow. */
  private void moveToQueue() {
    if (opening != null && opening.result() != null && !handOff.isEmpty()) {
      use(opening.result());
      opening = null;
    } else if (refused && System.nanoTime() - nextOpenNanos >= 0) {
      use(QueueOpening.open(opener));
    }
  }

  private void use(QueueOpening.Result opened) {
    refused = opened.refused();
    if (opened.writer() != null) {
      writer.use(opened.writer());
    } else if (refused) {
      nextOpenNanos = System.nanoTime() + OPEN_RETRY_NANOS;
    } else {
      writer.stayWithSegment(opened.whyNot());
    }
  }
}
