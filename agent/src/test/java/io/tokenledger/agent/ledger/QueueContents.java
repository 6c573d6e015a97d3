package io.tokenledger.agent.ledger;

import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.SegmentFileReader;
import io.tokenledger.record.UndecodableRecordException;
import io.tokenledger.record.UsageRecord;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** Reads a source's directory as a forwarder would: its queue and its segments, by {@code seq}. */
final class QueueContents {
  private QueueContents() {}

  static List<LedgerEntry> entries(File directory) {
    List<LedgerEntry> entries = new ArrayList<>();
    entries.addAll(chronicleEntries(directory));
    entries.addAll(segmentEntries(directory));
    entries.sort(Comparator.comparingLong(LedgerEntry::seq));
    return entries;
  }

  static List<UsageRecord> exchanges(File directory) {
    return bodies(entries(directory), UsageRecord.class);
  }

  static <T> List<T> bodies(List<LedgerEntry> entries, Class<T> type) {
    return entries.stream()
        .map(LedgerEntry::body)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static List<LedgerEntry> chronicleEntries(File directory) {
    File[] cycles = directory.listFiles((dir, name) -> name.endsWith(QueueLayout.CYCLE_SUFFIX));
    if (cycles == null || cycles.length == 0) {
      return List.of();
    }
    List<LedgerEntry> entries = new ArrayList<>();
    try (ChronicleQueue queue =
            SingleChronicleQueueBuilder.binary(directory).readOnly(true).build();
        ExcerptTailer tailer = queue.createTailer()) {
      Bytes<?> bytes = Bytes.allocateElasticOnHeap();
      while (tailer.readBytes(bytes)) {
        entries.add(decoded(bytes.toByteArray()));
        bytes.clear();
      }
    }
    return entries;
  }

  static List<LedgerEntry> segmentEntries(File directory) {
    // while it is shorter than its header a file is just being made
    File[] segments =
        directory.listFiles(
            file -> QueueLayout.isSegment(file.getName()) && file.length() >= Long.BYTES);
    List<LedgerEntry> entries = new ArrayList<>();
    if (segments != null) {
      Arrays.sort(segments);
      for (File segment : segments) {
        if (segment.length() == 0) {
          continue; // its process is about to write the header
        }
        try (SegmentFileReader reader = new SegmentFileReader(segment, 0)) {
          for (byte[] entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(decoded(entry));
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return entries;
  }

  private static LedgerEntry decoded(byte[] bytes) {
    try {
      return new RecordCodec().decode(bytes);
    } catch (UndecodableRecordException e) {
      throw new AssertionError("an entry of the queue", e);
    }
  }
}
