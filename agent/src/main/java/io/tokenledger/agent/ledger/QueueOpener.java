package io.tokenledger.agent.ledger;

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

  QueueOpener(File directory, FileMode mode, DiskGuard guard, Clock clock, long maxCycleBytes) {
    this.directory = directory;
    this.mode = mode;
    this.guard = guard;
    this.clock = clock;
    this.maxCycleBytes = maxCycleBytes;
  }

  /**
   * Opens the Chronicle Queue.
   *
   * @throws RefusedEntryException if there is no room for its first blocks; may be tried again
   * @throws IOException if the files cannot be made. Any other throwable, linkage errors among
   *     them, means that Chronicle cannot run in this JVM.
   */
  QueueWriter chronicle() throws IOException, RefusedEntryException {
    return new ChronicleWriter(directory, mode, guard, clock, maxCycleBytes);
  }

  /** A writer of segment files; it cannot fail before its first entry. */
  QueueWriter segment() {
    return new SegmentWriter(directory, mode, guard);
  }
}
