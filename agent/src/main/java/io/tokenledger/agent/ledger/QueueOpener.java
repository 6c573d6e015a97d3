package io.tokenledger.agent.ledger;

import io.tokenledger.record.QueueLayout;
import java.io.File;
import java.io.IOException;
import java.time.Clock;

/** Opens the writer that can serve. */
final class QueueOpener {
  private final File directory;
  private final FileMode mode;
  private final DiskGuard guard;
  private final Clock clock;
  private final long maxCycleBytes;
  private int segments;

  QueueOpener(File directory, FileMode mode, DiskGuard guard, Clock clock, long maxCycleBytes) {
    this.directory = directory;
    this.mode = mode;
    this.guard = guard;
    this.clock = clock;
    this.maxCycleBytes = maxCycleBytes;
  }

  /**
   * Opens the Chronicle Queue; the writer may then be used by another thread.
   *
   * @throws RefusedEntryException if there is no room for its first blocks; may be tried again
   * @throws IOException if the files cannot be made. Any other throwable, linkage errors among
   *     them, means that Chronicle cannot run in this JVM.
   */
  QueueWriter chronicle() throws IOException, RefusedEntryException {
    return new ChronicleWriter(directory, mode, guard, clock, maxCycleBytes);
  }

  /** A writer of the next segment file; it cannot fail before its first entry. */
  QueueWriter segment() {
    File path = new File(directory, QueueLayout.segmentName(segments++));
    return new SegmentWriter(path, mode, guard);
  }
}
