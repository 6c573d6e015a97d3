package io.tokenledger.agent.ledger;

import io.tokenledger.record.SegmentFileWriter;
import java.io.File;
import java.io.IOException;

/**
 * Appends to a plain file: until Chronicle is open, when it cannot be opened (the JVM is stopping,
 * Unsafe is denied, a module is missing), and when it broke. Needs nothing but java.io. The file
 * begins with the first entry.
 */
final class SegmentWriter implements QueueWriter {
  private static final int GUARD_STEP = 64 * 1024;

  /** Kept of each step for the last entries of the process. */
  private static final int LAST_BYTES = 8 * 1024;

  private static final long RETRY_NANOS = 250_000_000L;

  private final File path;
  private final FileMode mode;
  private final DiskGuard guard;
  private SegmentFileWriter file;
  private long admitted;
  private RefusedEntryException refusal;
  private long refusedNanos;

  SegmentWriter(File path, FileMode mode, DiskGuard guard) {
    this.path = path;
    this.mode = mode;
    this.guard = guard;
  }

  @Override
  public void append(byte[] entry) throws RefusedEntryException {
    if (refusal != null && System.nanoTime() - refusedNanos < RETRY_NANOS) {
      throw refusal;
    }
    try {
      admit(entry.length);
      file.append(entry);
      refusal = null;
    } catch (RefusedEntryException e) {
      throw refused(e);
    } catch (IOException e) {
      throw refused(new RefusedEntryException("disk", String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void appendLast(byte[] entry) throws RefusedEntryException {
    if (file == null || file.length() + entry.length >= admitted) {
      throw new RefusedEntryException("disk", "what is kept for the last entries is used up");
    }
    try {
      file.append(entry);
    } catch (IOException e) {
      throw new RefusedEntryException("disk", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void forgetRefusal() {
    refusal = null;
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

  private void admit(int length) throws IOException, RefusedEntryException {
    if (file == null) {
      guard.admit(GUARD_STEP);
      file = newFile();
      admitted = GUARD_STEP;
    }
    while (file.length() + length + LAST_BYTES >= admitted) {
      guard.admit(GUARD_STEP);
      admitted += GUARD_STEP;
    }
  }

  private RefusedEntryException refused(RefusedEntryException e) {
    refusal = e;
    refusedNanos = System.nanoTime();
    return e;
  }

  private SegmentFileWriter newFile() throws IOException {
    SegmentFileWriter writer = new SegmentFileWriter(path);
    mode.applyToFile(path);
    return writer;
  }
}
