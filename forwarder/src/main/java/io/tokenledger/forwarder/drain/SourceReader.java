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
  /** Beyond what a process can write in a lifetime: believed, nothing after it would be read. */
  private static final long MAX_SEQ = 1L << 48;

  private final SourceDirectory directory;
  private final Lane queue;
  private final Lane segments;
  private final RecordCodec codec;
  private final boolean fresh;
  private Lease lease;
  private ReadPosition position;
  private Lane last;
  private boolean anythingRead;

  /** An entry that was read but not yet taken. */
  private record Head(RawEntry raw, LedgerEntry entry, String problem) {}

  /** One of the two kinds of files, and its next entry where that was read already. */
  private static final class Lane {
    final EntryStream stream;
    Head head;

    Lane(EntryStream stream) {
      this.stream = stream;
    }
  }

  /** With a codec of its own. */
  SourceReader(SourceDirectory directory, Lease lease, FileWindow window) {
    this(directory, lease, window, new RecordCodec());
  }

  /**
   * @param window may serve other readers, too, in turn; so may the codec
   */
  SourceReader(SourceDirectory directory, Lease lease, FileWindow window, RecordCodec codec) {
    this.codec = codec;
    this.directory = directory;
    this.lease = lease;
    this.position = lease.position();
    this.fresh = position.equals(ReadPosition.START);
    this.queue =
        new Lane(
            new CycleFiles(directory.path(), window, position.queueFile(), position.queueOffset()));
    this.segments =
        new Lane(
            new SegmentFiles(directory.path(), position.segmentFile(), position.segmentOffset()));
    this.last = queue;
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
    RawEntry torn = queue.stream.tornEnd();
    if (torn != null) {
      position = position.withQueue(torn.file(), torn.nextOffset());
    } else {
      torn = segments.stream.tornEnd();
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

  /** Closes the files until the next look. */
  void park() throws IOException {
    queue.stream.park();
    segments.stream.park();
  }

  @Override
  public void close() throws IOException {
    queue.stream.close();
    segments.stream.close();
  }

  private Pulled next() throws IOException {
    if (!isDue(queue.head) && !isDue(segments.head)) {
      look();
    }
    if (queue.head == null && segments.head == null) {
      return null;
    }
    boolean fromQueue =
        segments.head == null || (queue.head != null && !isBefore(segments.head, queue.head));
    last = fromQueue ? queue : segments;
    Head head = last.head;
    RawEntry raw = head.raw();
    // What stands behind a jump tells whether to believe it.
    last.head = jumps(head) ? head(last.stream) : null;
    Head after = last.head;
    position =
        fromQueue
            ? position.withQueue(raw.file(), raw.nextOffset())
            : position.withSegment(raw.file(), raw.nextOffset());
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

  /**
   * Looks where the last entry was, and elsewhere only if the number that is due is not there:
   * looking costs system calls.
   */
  private void look() throws IOException {
    Lane other = last == queue ? segments : queue;
    fill(last);
    if (isDue(last.head)) {
      return;
    }
    fill(other);
    if (last.head == null && other.head != null && jumps(other.head)) {
      // Written in the order of seq: what comes before may have come after the first look.
      fill(last);
    }
  }

  private void fill(Lane lane) throws IOException {
    if (lane.head == null) {
      lane.head = head(lane.stream);
    }
  }

  private Pulled take(Head head) {
    if (head.entry() == null) {
      position = position.withUnnumbered();
      return new Pulled(sourceId(), position, head.raw(), null, head.problem(), null);
    }
    long seq = head.entry().seq();
    if (seq < position.nextSeq()) {
      return new Pulled(sourceId(), position, head.raw(), null, null, null);
    }
    Gap gap = gapBefore(seq);
    anythingRead = true;
    position = position.withNextSeq(seq + 1);
    return new Pulled(sourceId(), position, head.raw(), head.entry(), null, gap);
  }

  /** Undecodable entries stand for the numbers that could not be read from them. */
  private Gap gapBefore(long seq) {
    long expected = position.nextSeq();
    long missing = seq - expected - position.unnumbered();
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
        if (!directory.isStillOfSource()) {
          throw new ReplacedSourceException(directory);
        }
        return new Head(raw, null, "the record says it is of source " + entry.sourceId());
      }
      if (entry.seq() < 0 || entry.seq() > MAX_SEQ) {
        return new Head(raw, null, "the record says it is number " + entry.seq());
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
