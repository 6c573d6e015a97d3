package io.tokenledger.forwarder.drain;

import io.tokenledger.record.EntryBody;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.SegmentFileWriter;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.time.SetTimeProvider;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;

/** A source directory as an agent leaves it: written by Chronicle itself. */
public final class QueueFixture implements Closeable {
  public static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456Z");

  public final UUID sourceId = UUID.randomUUID();
  public final Path directory;
  private final RecordCodec codec = new RecordCodec();
  private final SetTimeProvider time = new SetTimeProvider();
  private final ChronicleQueue queue;
  private final ExcerptAppender appender;
  private SegmentFileWriter segment;
  private int segments;

  public QueueFixture(Path base, String name) throws IOException {
    directory = Files.createDirectories(base.resolve(name));
    Files.createFile(directory.resolve(QueueLayout.LOCK_FILE));
    Files.writeString(
        directory.resolve(QueueLayout.SOURCE_FILE),
        "{\"source_id\":\""
            + sourceId
            + "\",\"service\":\"shop\",\"host\":\"h\",\"pid\":17,"
            + "\"started_at\":\"2026-11-20T11:00:00Z\",\"clients\":{\"okhttp\":\"rewritten\"}}");
    time.currentTimeMillis(NOON.toEpochMilli());
    queue =
        SingleChronicleQueueBuilder.binary(directory)
            .rollCycle(LegacyRollCycles.valueOf(QueueLayout.ROLL_CYCLE))
            .timeProvider(time)
            .blockSize(1 << 20)
            .build();
    appender = queue.createAppender();
  }

  /** A plain call with these counts. */
  public static UsageRecord.Builder usage() {
    return UsageRecord.builder()
        .set(UsageField.EVENT_ID, UUID.randomUUID())
        .set(UsageField.TIMESTAMP, NOON)
        .set(UsageField.PROVIDER, "openai")
        .set(UsageField.API, "openai.chat")
        .set(UsageField.MODEL, "gpt-4o-mini")
        .set(UsageField.BILLED, true)
        .set(UsageField.STATUS, "success")
        .set(UsageField.COMPLETION, "complete")
        .set(UsageField.USAGE_SOURCE, "provider")
        .set(UsageField.INPUT_TOKENS, 10L)
        .set(UsageField.OUTPUT_TOKENS, 5L)
        .set(UsageField.TOTAL_TOKENS, 15L)
        .set(UsageField.DURATION_MS, 12.5)
        .set(UsageField.APP_NAME, "shop");
  }

  public QueueFixture append(long seq) {
    return append(seq, usage().build());
  }

  public QueueFixture append(long seq, EntryBody body) {
    return appendBytes(codec.encode(new LedgerEntry(sourceId, seq, body)));
  }

  public QueueFixture appendBytes(byte[] bytes) {
    appender.writeBytes(Bytes.wrapForRead(bytes));
    return this;
  }

  public QueueFixture appendToSegment(long seq) throws IOException {
    if (segment == null) {
      segment =
          new SegmentFileWriter(directory.resolve(QueueLayout.segmentName(segments++)).toFile());
    }
    segment.append(codec.encode(new LedgerEntry(sourceId, seq, usage().build())));
    return this;
  }

  public QueueFixture nextCycle() {
    time.advanceMillis(61_000);
    return this;
  }

  QueueFixture nextSegment() throws IOException {
    segment.close();
    segment = null;
    return this;
  }

  @Override
  public void close() throws IOException {
    queue.close();
    if (segment != null) {
      segment.close();
    }
  }
}
