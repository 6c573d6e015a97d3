package io.tokenledger.it.harness;

import io.tokenledger.record.AgentReport;
import io.tokenledger.record.EntryBody;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.SegmentFileReader;
import io.tokenledger.record.UndecodableRecordException;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;

/**
 * What stands in the queues of a base directory: every entry of every source, in order of {@code
 * seq}.
 *
 * @param entries all entries, source by source
 */
public record QueueContents(List<LedgerEntry> entries) {

  /** Reads a base directory; empty when nothing was written. */
  public static QueueContents of(Path base) {
    List<LedgerEntry> entries = new ArrayList<>();
    for (Path source : list(base)) {
      if (isComplete(source)) {
        List<LedgerEntry> own = new ArrayList<>();
        readChronicle(source, own);
        readSegments(source, own);
        own.sort(Comparator.comparingLong(LedgerEntry::seq));
        entries.addAll(own);
      }
    }
    return new QueueContents(List.copyOf(entries));
  }

  /** Whether any source wrote to its Chronicle Queue, and not to segments alone. */
  public static boolean isChronicleInUse(Path base) {
    List<LedgerEntry> entries = new ArrayList<>();
    for (Path source : list(base)) {
      if (isComplete(source)) {
        readChronicle(source, entries);
      }
    }
    return !entries.isEmpty();
  }

  public List<UsageRecord> exchanges() {
    return bodies(UsageRecord.class);
  }

  public List<GapRecord> gaps() {
    return bodies(GapRecord.class);
  }

  public List<AgentReport> reports() {
    return bodies(AgentReport.class);
  }

  /** A directory in the making is renamed at any moment, so its files may be gone when read. */
  private static boolean isComplete(Path source) {
    return !source.getFileName().toString().startsWith(QueueLayout.UNFINISHED_PREFIX)
        && Files.isRegularFile(source.resolve(QueueLayout.SOURCE_FILE));
  }

  private <T extends EntryBody> List<T> bodies(Class<T> kind) {
    return entries.stream()
        .map(LedgerEntry::body)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static void readChronicle(Path source, List<LedgerEntry> into) {
    if (list(source).stream()
        .noneMatch(file -> file.toString().endsWith(QueueLayout.CYCLE_SUFFIX))) {
      return;
    }
    try (ChronicleQueue queue =
            SingleChronicleQueueBuilder.binary(source)
                .readOnly(true)
                .rollCycle(LegacyRollCycles.valueOf(QueueLayout.ROLL_CYCLE))
                .build();
        ExcerptTailer tailer = queue.createTailer()) {
      Bytes<byte[]> bytes = Bytes.allocateElasticOnHeap();
      while (tailer.readBytes(bytes)) {
        into.add(decode(bytes.toByteArray()));
        bytes.clear();
      }
    }
  }

  private static void readSegments(Path source, List<LedgerEntry> into) {
    for (Path file : list(source)) {
      // while it is shorter than its header a file is just being made
      if (QueueLayout.isSegment(file.getFileName().toString())
          && file.toFile().length() >= Long.BYTES) {
        try (SegmentFileReader segment = new SegmentFileReader(file.toFile(), 0)) {
          for (byte[] entry = segment.next(); entry != null; entry = segment.next()) {
            into.add(decode(entry));
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static LedgerEntry decode(byte[] bytes) {
    try {
      return new RecordCodec().decode(bytes);
    } catch (UndecodableRecordException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
