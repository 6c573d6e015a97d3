package io.tokenledger.agent.ledger;

import io.tokenledger.agent.config.AgentConfig;
import java.io.File;

/**
 * Says whether more of the disk may be taken. Asked before blocks are allocated, never for each
 * record. A first filter only: between its answer and the write the disk may fill, which the writer
 * finds out for itself. Thread-safe: the queue is opened beside the ledger thread.
 */
final class DiskGuard {
  private static final long DEFAULT_MIN_FREE_BYTES = 512L << 20;
  private static final int DEFAULT_MIN_FREE_DIVISOR = 20; // 5 %
  private static final long BASE_SCAN_NANOS = 10_000_000_000L;

  private final File base;
  private final File own;
  private final AgentConfig.Queue limits;
  private final long baseScanNanos;
  private long baseBytes;
  private long baseScannedNanos;
  private boolean baseScanned;

  /**
   * @param own the directory of this process, inside {@code limits.directory()}
   */
  DiskGuard(File own, AgentConfig.Queue limits) {
    this(own, limits, BASE_SCAN_NANOS);
  }

  /**
   * @param baseScanNanos how long a count of everybody's files serves
   */
  DiskGuard(File own, AgentConfig.Queue limits, long baseScanNanos) {
    this.base = own.getParentFile();
    this.own = own;
    this.limits = limits;
    this.baseScanNanos = baseScanNanos;
  }

  /**
   * Lets {@code bytes} more be allocated.
   *
   * @throws RefusedEntryException if a limit stands against it
   */
  synchronized void admit(long bytes) throws RefusedEntryException {
    long free = own.getUsableSpace();
    if (free - bytes < minFreeBytes()) {
      throw new RefusedEntryException(
          "disk", free + " bytes are free; queue.min_free_disk keeps " + minFreeBytes());
    }
    if (bytesIn(own) + bytes > limits.maxBytes()) {
      throw new RefusedEntryException("cap", "queue.max_bytes is " + limits.maxBytes());
    }
    if (baseBytes() + bytes > limits.directoryMaxBytes()) {
      throw new RefusedEntryException(
          "cap", "queue.directory_max_bytes is " + limits.directoryMaxBytes());
    }
  }

  private long minFreeBytes() {
    return limits.minFreeDiskBytes() == AgentConfig.Queue.DEFAULT_MIN_FREE_DISK
        ? Math.min(DEFAULT_MIN_FREE_BYTES, own.getTotalSpace() / DEFAULT_MIN_FREE_DIVISOR)
        : limits.minFreeDiskBytes();
  }

  private long baseBytes() {
    long now = System.nanoTime();
    if (!baseScanned || now - baseScannedNanos > baseScanNanos) {
      long sum = 0;
      File[] directories = base.listFiles();
      if (directories != null) {
        for (File directory : directories) {
          sum += bytesIn(directory);
        }
      }
      baseBytes = sum;
      baseScannedNanos = now;
      baseScanned = true;
    }
    return baseBytes;
  }

  /**
   * Length of the files in a directory: for the file in use, up to 1.25 MiB more than its blocks.
   */
  private static long bytesIn(File directory) {
    long sum = 0;
    File[] files = directory.listFiles();
    if (files != null) {
      for (File file : files) {
        sum += file.length();
      }
    }
    return sum;
  }
}
