package io.tokenledger.agent.ledger;

import io.tokenledger.record.QueueLayout;
import java.io.File;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;

/**
 * Appends to a Chronicle Queue in a directory that nobody else writes, without ever touching a
 * mapped page that has no block on disk: metadata and cycle files are written as zeros first, each
 * cycle file is handed over as {@code <cycle>.precreated}, and before each append at least {@link
 * #MARGIN} bytes of blocks lie beyond the write position. It may be opened by one thread and used
 * by another, one alone.
 *
 * <p>It rolls by size and age, not by the clock alone: the reader can free a file only as a whole,
 * and a file costs at least {@link ZeroedFile#FIRST_STEP}.
 */
final class ChronicleWriter implements QueueWriter {
  /** More than the longest entry, its index blocks and the end mark together. */
  static final int MARGIN = 128 * 1024;

  /** The same for a last entry: at most 4 KiB, two index blocks of 16 KiB, and the end mark. */
  private static final int LAST_MARGIN = 64 * 1024;

  static final long MAX_CYCLE_BYTES = 64L << 20;

  private static final int METADATA_BYTES = 128 * 1024;
  private static final long MAX_CYCLE_MILLIS = QueueLayout.MAX_CYCLE_MINUTES * 60_000L;
  private static final long ROLL_RETRY_NANOS = 1_000_000_000L;
  private static final RollCycle ROLL_CYCLE = LegacyRollCycles.MINUTELY;

  /** The proven block size; a larger one only makes larger mappings. */
  private static final int BLOCK_BYTES = 1 << 20;

  private static final int LOCK_TIMEOUT_MILLIS = 500;

  private final File directory;
  private final FileMode mode;
  private final DiskGuard guard;
  private final Clock wallClock;
  private final long maxCycleBytes;
  private final CycleClock cycleClock;
  private final DateTimeFormatter cycleName;
  private final ChronicleQueue queue;

  /** Made by the first append: it belongs to the thread that made it. */
  private ExcerptAppender appender;

  private final Bytes<?> entryBytes = Bytes.allocateElasticOnHeap(1024);
  private ZeroedFile cycleFile;
  private long cycleStartMillis;
  private boolean rollRefused;
  private long rollRefusedNanos;
  private boolean cycleIsFresh = true;

  /**
   * Opens a new queue. Takes some hundred milliseconds in a fresh JVM.
   *
   * @throws RefusedEntryException if there is no room for its first blocks
   * @throws IOException if the files cannot be made
   */
  ChronicleWriter(
      File directory, FileMode mode, DiskGuard guard, Clock wallClock, long maxCycleBytes)
      throws IOException, RefusedEntryException {
    this.directory = directory;
    this.mode = mode;
    this.guard = guard;
    this.wallClock = wallClock;
    this.maxCycleBytes = maxCycleBytes;
    this.cycleName = DateTimeFormatter.ofPattern(ROLL_CYCLE.format()).withZone(ZoneOffset.UTC);
    this.cycleStartMillis = wallClock.millis();
    this.cycleClock = new CycleClock(ROLL_CYCLE.lengthInMillis(), cycleStartMillis);
    makeMetadata();
    try {
      this.cycleFile = newCycleFile(cycleStartMillis);
    } catch (IOException | RefusedEntryException e) {
      metadata().delete();
      throw e;
    }
    this.queue =
        SingleChronicleQueueBuilder.binary(directory)
            .rollCycle(ROLL_CYCLE)
            .timeProvider(cycleClock)
            .blockSize(BLOCK_BYTES)
            .timeoutMS(LOCK_TIMEOUT_MILLIS)
            .build();
  }

  @Override
  public void append(byte[] entry) throws RefusedEntryException {
    rollIfDue();
    cycleFile.ensure(writePosition() + MARGIN);
    write(entry);
  }

  /** What lies beyond the last entry is enough for some small ones, unless that one was large. */
  @Override
  public void appendLast(byte[] entry) throws RefusedEntryException {
    if (entry.length > LAST_ENTRY_BYTES || cycleFile.end() < writePosition() + LAST_MARGIN) {
      throw new RefusedEntryException("disk", "no blocks are left beyond the last entry");
    }
    write(entry);
  }

  @Override
  public void forgetRefusal() {
    cycleFile.forgetRefusal();
  }

  @Override
  public String name() {
    return "chronicle";
  }

  @Override
  public void close() {
    queue.close();
    closeQuietly(cycleFile);
  }

  private void write(byte[] entry) {
    entryBytes.clear();
    entryBytes.write(entry);
    if (appender == null) {
      appender = queue.createAppender();
    }
    appender.writeBytes(entryBytes);
    cycleIsFresh = false;
  }

  /** Stays in the old file when there is no room for a new one: it has some left. */
  private void rollIfDue() {
    if (cycleIsFresh) {
      return;
    }
    long now = wallClock.millis();
    boolean full = writePosition() >= maxCycleBytes;
    if (full || now - cycleStartMillis >= MAX_CYCLE_MILLIS) {
      if (cycleClock.isBehind(now)) {
        rollTo(now);
      } else if (full && now < cycleStartMillis) {
        // The wall clock was set back. Until it is here again no cycle would begin, and the reader
        // frees whole cycles only.
        rollTo(cycleClock.nextCycleMillis());
      }
    }
  }

  private void rollTo(long millis) {
    if (rollRefused && System.nanoTime() - rollRefusedNanos < ROLL_RETRY_NANOS) {
      return;
    }
    try {
      ZeroedFile next = newCycleFile(millis);
      closeQuietly(cycleFile);
      cycleFile = next;
      cycleIsFresh = true;
      cycleStartMillis = millis;
      cycleClock.moveTo(millis);
      rollRefused = false;
    } catch (IOException | RefusedEntryException e) {
      rollRefused = true;
      rollRefusedNanos = System.nanoTime();
    }
  }

  /** Leaves nothing behind if there is no room, so that opening can be tried again. */
  private void makeMetadata() throws IOException, RefusedEntryException {
    try (ZeroedFile metadata = new ZeroedFile(metadata(), mode, guard)) {
      metadata.extend(METADATA_BYTES);
    } catch (RefusedEntryException e) {
      metadata().delete();
      throw e;
    }
  }

  private File metadata() {
    return new File(directory, QueueLayout.METADATA_FILE);
  }

  private ZeroedFile newCycleFile(long millis) throws IOException, RefusedEntryException {
    String name = cycleName.format(Instant.ofEpochMilli(millis));
    File path = new File(directory, name + QueueLayout.PRECREATED_SUFFIX);
    ZeroedFile file = new ZeroedFile(path, mode, guard);
    try {
      file.ensure(ZeroedFile.FIRST_STEP);
      return file;
    } catch (RefusedEntryException e) {
      closeQuietly(file);
      path.delete();
      throw e;
    }
  }

  private long writePosition() {
    // until the first append to a new cycle, Chronicle's wire is that of the cycle before
    return cycleIsFresh ? 0 : appender.wire().bytes().writePosition();
  }

  private static void closeQuietly(ZeroedFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // its bytes are written; a descriptor that does not close is all that is lost
    }
  }
}
