package io.tokenledger.forwarder.drain;

import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.SegmentFileWriter;
import io.tokenledger.record.UsageField;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A source directory with a segment file alone: cheap enough to have thousands of. */
final class SegmentSource implements Closeable {
  private static final RecordCodec CODEC = new RecordCodec();

  final UUID sourceId = UUID.randomUUID();
  private final String name;
  private final SegmentFileWriter segment;
  private FileChannel lock;
  private long seq;

  /**
   * @param live whether its process seems to live
   */
  SegmentSource(Path base, String name, boolean live) throws IOException {
    this.name = name;
    Path unfinished = Files.createDirectory(base.resolve(QueueLayout.UNFINISHED_PREFIX + name));
    Files.createFile(unfinished.resolve(QueueLayout.LOCK_FILE));
    Files.writeString(
        unfinished.resolve(QueueLayout.SOURCE_FILE), "{\"source_id\":\"" + sourceId + "\"}");
    Path directory = Files.move(unfinished, base.resolve(name));
    segment = new SegmentFileWriter(directory.resolve(QueueLayout.segmentName(0)).toFile());
    if (live) {
      lock = FileChannel.open(directory.resolve(QueueLayout.LOCK_FILE), StandardOpenOption.WRITE);
      lock.lock();
    }
  }

  /** Appends calls whose feature is the name of the source. */
  SegmentSource append(int records) throws IOException {
    for (int i = 0; i < records; i++) {
      segment.append(
          CODEC.encode(
              new LedgerEntry(
                  sourceId, seq++, QueueFixture.usage().set(UsageField.FEATURE, name).build())));
    }
    return this;
  }

  /** The process ends. */
  @Override
  public void close() throws IOException {
    segment.close();
    if (lock != null) {
      lock.close();
    }
  }
}
