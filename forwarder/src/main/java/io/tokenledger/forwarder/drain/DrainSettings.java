package io.tokenledger.forwarder.drain;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What to drain and how long to keep it.
 *
 * @param queueDirectory base directory with one sub-directory per process
 * @param keep how long drained queue files stay before they are deleted
 * @param maxBytes the agents' limit for the queue of one process: over half of it its drained files
 *     stay shorter
 * @param directoryMaxBytes the same for all queues together
 * @param deleteDrained false keeps every file (embedded Postgres: a real database may drain them
 *     later)
 * @param shutdownDrain longest time that {@link Drain#follow()} spends on what is there after it
 *     was asked to stop
 * @param deadLettersKeep after how long the bytes of a dead letter are removed
 */
public record DrainSettings(
    Path queueDirectory,
    Duration keep,
    long maxBytes,
    long directoryMaxBytes,
    boolean deleteDrained,
    Duration shutdownDrain,
    Duration deadLettersKeep) {
  /** The default of {@code queue.max_bytes}, as the agent's. */
  public static final long MAX_BYTES = 1L << 30;

  /** The default of {@code queue.directory_max_bytes}, as the agent's. */
  public static final long DIRECTORY_MAX_BYTES = 4L << 30;

  /** The default of {@code dead_letters.keep}. */
  public static final Duration DEAD_LETTERS_KEEP = Duration.ofDays(30);

  /** With the defaults for limit and dead letters. */
  public DrainSettings(
      Path queueDirectory, Duration keep, boolean deleteDrained, Duration shutdownDrain) {
    this(
        queueDirectory,
        keep,
        MAX_BYTES,
        DIRECTORY_MAX_BYTES,
        deleteDrained,
        shutdownDrain,
        DEAD_LETTERS_KEEP);
  }

  /** With the default for the limit of one process. */
  public DrainSettings(
      Path queueDirectory,
      Duration keep,
      long directoryMaxBytes,
      boolean deleteDrained,
      Duration shutdownDrain,
      Duration deadLettersKeep) {
    this(
        queueDirectory,
        keep,
        MAX_BYTES,
        directoryMaxBytes,
        deleteDrained,
        shutdownDrain,
        deadLettersKeep);
  }
}
