package io.tokenledger.agent.ledger;

import io.tokenledger.record.EntryBody;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import java.time.Instant;
import java.util.UUID;

/**
 * Numbers entries without holes and writes them; keeps count of what could not be written and says
 * so in the ledger before the next record that gets through. Used by one thread at a time.
 *
 * <p>A number is used up only when its entry was written. When a writer breaks in the middle of an
 * append, the same entry goes to a segment file under the same number; the reader skips the repeat.
 */
final class SequencedWriter {
  private final RecordCodec codec = new RecordCodec();
  private final UUID sourceId;
  private final QueueOpener opener;
  private final GapLog gaps;
  private QueueWriter writer;
  private String whyNotChronicle;
  private long nextSeq;
  private String refusal;
  private boolean isLast;

  SequencedWriter(UUID sourceId, QueueOpener opener, GapLog gaps) {
    this.sourceId = sourceId;
    this.opener = opener;
    this.gaps = gaps;
  }

  /** Writes with {@code next} from now on. */
  void use(QueueWriter next) {
    if (writer != null) {
      closeQuietly(writer);
    }
    writer = next;
  }

  /** Writes to a new segment file from now on. */
  void useSegment() {
    use(opener.segment());
  }

  /** There will be nothing but the segment; {@code why} goes into the agent's reports. */
  void stayWithSegment(String why) {
    whyNotChronicle = why;
  }

  /** Writes an exchange; what cannot be written is counted as a gap at {@code at}. */
  void writeExchange(EntryBody exchange, Instant at) {
    if (!writeGaps() || !write(exchange)) {
      gaps.add(refusal, at);
    }
  }

  /** Writes an agent report; one that cannot be written is no gap. False: it was not. */
  boolean writeReport(EntryBody report) {
    return write(report);
  }

  /** Writes what is known to be missing; false if some of it is still not written. */
  boolean writeGaps() {
    for (GapRecord gap = gaps.peek(); gap != null; gap = gaps.peek()) {
      if (!write(gap)) {
        return false;
      }
      gaps.written(gap);
    }
    return true;
  }

  /** For the last time: what is refused now is lost, so the disk itself is asked. */
  void forgetRefusal() {
    writer.forgetRefusal();
  }

  /** What is refused from now on goes into the room that is kept for the last entries. */
  void beginLast() {
    isLast = true;
  }

  /** How many entries were written. */
  long written() {
    return nextSeq;
  }

  String writerName() {
    return writer.name();
  }

  /** Why entries go to a segment file, or null if they do not. */
  String whyNotChronicle() {
    return whyNotChronicle;
  }

  private boolean write(EntryBody body) {
    byte[] bytes;
    try {
      bytes = codec.encode(new LedgerEntry(sourceId, nextSeq, body));
    } catch (RuntimeException e) {
      refusal = e instanceof IllegalArgumentException ? "too_large" : "failed";
      return false;
    }
    try {
      append(bytes);
      nextSeq++;
      return true;
    } catch (RefusedEntryException e) {
      refusal = e.reason();
      return false;
    }
  }

  private void append(byte[] bytes) throws RefusedEntryException {
    try {
      appendOrLast(bytes);
    } catch (RuntimeException | Error e) {
      if (writer instanceof SegmentWriter) {
        throw e;
      }
      useSegment();
      stayWithSegment("append: " + e);
      writer.append(bytes);
    }
  }

  private void appendOrLast(byte[] bytes) throws RefusedEntryException {
    try {
      writer.append(bytes);
    } catch (RefusedEntryException e) {
      if (!isLast) {
        throw e;
      }
      writer.appendLast(bytes);
    }
  }

  private static void closeQuietly(QueueWriter writer) {
    try {
      writer.close();
    } catch (RuntimeException | Error e) {
      // it is out of use; what it wrote stays written
    }
  }
}
