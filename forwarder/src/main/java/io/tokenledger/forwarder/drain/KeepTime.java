package io.tokenledger.forwarder.drain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How long drained files stay: {@code queue.keep} up to half of {@code queue.directory_max_bytes},
 * from there less in proportion, and nothing from three quarters on, so that the last quarter is
 * free for what is not drained yet. Not thread-safe.
 */
final class KeepTime {
  private static final double SHORTENED_FROM = 0.5;
  private static final double NOTHING_FROM = 0.75;

  private final Path directory;
  private final Duration keep;
  private final long maxBytes;
  private final Consumer<String> notices;

  private KeepTime(Path directory, Duration keep, long maxBytes, Consumer<String> notices) {
    this.directory = directory;
    this.keep = keep;
    this.maxBytes = maxBytes;
    this.notices = notices;
  }

  static KeepTime of(DrainSettings settings, Consumer<String> notices) {
    return new KeepTime(
        settings.queueDirectory(), settings.keep(), settings.directoryMaxBytes(), notices);
  }

  Duration configured() {
    return keep;
  }

  /** By what is on disk now, counted as the agents count: lengths of files. */
  Duration now() {
    Duration now = at(QueueBytes.in(directory));
    if (now.compareTo(keep) < 0) {
      notices.accept(
          "Queue directory "
              + directory
              + " is over half of queue.directory_max_bytes: drained files are deleted before"
              + " queue.keep.");
    }
    return now;
  }

  Duration at(long bytes) {
    double used = (double) bytes / maxBytes;
    if (used <= SHORTENED_FROM) {
      return keep;
    }
    double part = Math.max(0, (NOTHING_FROM - used) / (NOTHING_FROM - SHORTENED_FROM));
    return Duration.ofMillis((long) (keep.toMillis() * part));
  }
}
