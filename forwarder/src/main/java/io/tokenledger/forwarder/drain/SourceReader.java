package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Gap;
import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UndecodableRecordException;
import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Reads a source's queue and segment files as one sequence, ordered by {@code seq}. A jump is a
 * gap; a number that was taken before is skipped. Reads ahead of what is committed: after a failure
 * it is thrown away and a new one starts from the stored position. Not thread-safe.
 */
final class SourceReader implements Closeable {
  private final SourceDirectory directory;
  private final EntryStream queue;
  private final EntryStream segments;
  private final RecordCodec codec = new RecordCodec();
  private final boolean fresh;
  private Lease lease;
  private ReadPosition position;
  private Head queueHead;
  private Head segmentHead;
  private boolean anythingRead;
  private long undecodableSinceSeq;

  /** An entry that was read but not yet taken. */
  private record Head(RawEntry raw, LedgerEntry entry, String problem) {}

  SourceReader(SourceDirectory directory, Lease lease, FileWindow window) {
    this.directory = directory;
    this.lease = lease;
    this.position = lease.position();
    this.fresh = position.equals(ReadPosition.START);
    this.queue =
        new CycleFiles(directory.path(), window, position.queueFile(), position.queueOffset());
    this.segments =
        new SegmentFiles(directory.path(), position.segmentFile(), position.segmentOffset());
  }

  SourceDirectory directory() {
    return directory;
  }

  UUID sourceId() {
    return lease.sourceId();
  }

  Lease lease() {
    return lease;
  }

  /** After a commit: what the ledger now expects of this source. */
  void committed(ReadPosition to) {
    lease = new Lease(lease.sourceId(), to, lease.reads() + 1);
  }

  /** Where the reader stands, committed or not. */
  ReadPosition position() {
    return position;
  }

  /**
   * Takes entries until the end or the limits.
   *
   * @return true at the end of what is there now
   */
  boolean pull(int maxEntries, long maxBytes, Consumer<Pulled> target) throws IOException {
    long bytes = 0;
    for (int taken = 0; taken < maxEntries && bytes < maxBytes; taken++) {
      Pulled pulled = next();
      if (pulled == null) {
        return true;
      }
      bytes += pulled.bytes();
      target.accept(pulled);
    }
    return false;
  }

  /**
   * For an abandoned source at its end: what was cut or is damaged there, if anything, as a step
   * past it. More may follow.
   */
  Pulled tornEnd() throws IOException {
    RawEntry torn = queue.tornEnd();
    if (torn != null) {
      position = position.withQueue(torn.file(), torn.nextOffset());
    } else {
      torn = segments.tornEnd();
      if (torn == null) {
        return null;
      }
      position = position.withSegment(torn.file(), torn.nextOffset());
    }
    if (torn.damaged()) {
      return take(damaged(torn));
    }
    Gap gap =
        new Gap(
            sourceId(),
            "torn",
            null,
            1L,
            position.nextSeq(),
            position.nextSeq(),
            null,
            null,
            "The process died while it wrote " + directory.name() + "/" + torn.place() + ".");
    return new Pulled(sourceId(), position, null, null, null, gap);
  }

  @Override
  public void close() throws IOException {
    queue.close();
    segments.close();
  }

  /**
   * Looks at both kinds of files only where the number that is due was not found in one of them:
   * looking costs system calls, and it is nearly always there.
   */
  private Pulled next() throws IOException {
    if (queueHead == null && !isDue(segmentHead)) {
      queueHead = head(queue);
    }
    if (segmentHead == null && !isDue(queueHead)) {
      segmentHead = head(segments);
      if (queueHead == null && segmentHead != null && jumps(segmentHead)) {
        // Written in the order of seq: what comes before may have come after the first look.
        queueHead = head(queue);
      }
    }
    if (queueHead == null && segmentHead == null) {
      return null;
    }
    boolean fromQueue =
        segmentHead == null || (queueHead != null && !isBefore(segmentHead, queueHead));
    Head head = fromQueue ? queueHead : segmentHead;
    RawEntry raw = head.raw();
    Head after = null;
    if (fromQueue) {
      queueHead = jumps(head) ? head(queue) : null;
      after = queueHead;
      position = position.withQueue(raw.file(), raw.nextOffset());
    } else {
      segmentHead = jumps(head) ? head(segments) : null;
      after = segmentHead;
      position = position.withSegment(raw.file(), raw.nextOffset());
    }
    return take(isOutOfOrder(head, after) ? misnumbered(head, after) : head);
  }

  /**
   * A number beyond that of the record behind it was never written: believed, it would have all
   * those records skipped as taken before.
   */
  private boolean isOutOfOrder(Head head, Head after) {
    return after != null
        && jumps(head)
        && after.entry() != null
        && after.entry().seq() >= position.nextSeq()
        && after.entry().seq() < head.entry().seq();
  }

  private static Head misnumbered(Head head, Head after) {
    return new Head(
        head.raw(),
        null,
        "damaged: number "
            + head.entry().seq()
            + " cannot be right, for number "
            + after.entry().seq()
            + " stands behind it");
  }

  private Pulled take(Head head) {
    if (head.entry() == null) {
      undecodableSinceSeq++;
      return new Pulled(sourceId(), position, head.raw(), null, head.problem(), null);
    }
    long seq = head.entry().seq();
    if (seq < position.nextSeq()) {
      return new Pulled(sourceId(), position, head.raw(), null, null, null);
    }
    Gap gap = gapBefore(seq);
    anythingRead = true;
    undecodableSinceSeq = 0;
    position = position.withNextSeq(seq + 1);
    return new Pulled(sourceId(), position, head.raw(), head.entry(), null, gap);
  }

  /** Undecodable entries stand for the numbers that could not be read from them. */
  private Gap gapBefore(long seq) {
    long expected = position.nextSeq();
    long missing = seq - expected - undecodableSinceSeq;
    if (missing <= 0) {
      return null;
    }
    boolean lost = !anythingRead;
    String detail =
        lost
            ? (fresh
                ? "The first record left on disk is number " + seq + "."
                : "The ledger stood at record "
                    + expected
                    + "; the first one left on disk is "
                    + seq
                    + ".")
            : "Record " + seq + " followed record " + (expected - 1) + ".";
    return new Gap(
        sourceId(),
        lost ? "lost" : "sequence",
        null,
        missing,
        expected,
        seq - 1,
        null,
        null,
        detail);
  }

  private Head head(EntryStream stream) throws IOException {
    RawEntry raw = stream.next();
    if (raw == null) {
      return null;
    }
    if (raw.damaged()) {
      return damaged(raw);
    }
    try {
      LedgerEntry entry = codec.decode(raw.bytes());
      if (!entry.sourceId().equals(sourceId())) {
        return new Head(raw, null, "the record says it is of source " + entry.sourceId());
      }
      return new Head(raw, entry, null);
    } catch (UndecodableRecordException undecodable) {
      RawEntry again = stream.reconsider(raw);
      return again.damaged() ? damaged(again) : new Head(raw, null, undecodable.getMessage());
    }
  }

  private static Head damaged(RawEntry raw) {
    long bytes = raw.nextOffset() - raw.offset();
    return new Head(
        raw,
        null,
        "damaged: "
            + bytes
            + " bytes before the next record are none"
            + (bytes > raw.bytes().length ? ", of which the first are kept" : ""));
  }

  /** Nothing can come before it; what cannot be decoded has no number and is taken at once. */
  private boolean isDue(Head head) {
    return head != null && !jumps(head);
  }

  private boolean jumps(Head head) {
    return head.entry() != null && head.entry().seq() > position.nextSeq();
  }

  private static boolean isBefore(Head one, Head other) {
    if (one.entry() == null || other.entry() == null) {
      return one.entry() == null;
    }
    return one.entry().seq() < other.entry().seq();
  }
}
