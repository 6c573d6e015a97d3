package io.tokenledger.agent.ledger;

import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.SegmentFileWriter;
import java.io.File;
import java.io.IOException;

/**
 * Appends to a plain file: when Chronicle cannot be opened (the JVM is stopping, Unsafe is denied,
 * a module is missing), or broke. Needs nothing but java.io. The file begins with the first entry.
 */
final class SegmentWriter implements QueueWriter {
  private static final int GUARD_STEP = 64 * 1024;

  private final File directory;
  private final FileMode mode;
  private final DiskGuard guard;
  private SegmentFileWriter file;
  private long admitted;

  SegmentWriter(File directory, FileMode mode, DiskGuard guard) {
    this.directory = directory;
    this.mode = mode;
    this.guard = guard;
  }

  @Override
  public void append(byte[] entry) throws RefusedEntryException {
    try {
      if (file == null) {
        guard.admit(GUARD_STEP);
        file = newFile();
        admitted = GUARD_STEP;
      }
      while (file.length() + entry.length >= admitted) {
        guard.admit(GUARD_STEP);
        admitted += GUARD_STEP;
      }
      file.append(entry);
    } catch (IOException e) {
      throw new RefusedEntryException("disk", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String name() {
    return "segment";
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // its bytes are written; a descriptor that does not close is all that is lost
      }
    }
  }

  private SegmentFileWriter newFile() throws IOException {
    File path = new File(directory, QueueLayout.segmentName(0));
    SegmentFileWriter writer = new SegmentFileWriter(path);
    mode.applyToFile(path);
    return writer;
  }
}
