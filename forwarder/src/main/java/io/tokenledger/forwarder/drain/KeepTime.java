package io.tokenledger.forwarder.drain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How long drained files stay: {@code queue.keep} up to half of {@code queue.directory_max_bytes},
 * from there less in proportion, and nothing from three quarters on, so that the last quarter is
 * free for what is not drained yet. The same holds for the files of one process and {@code
 * queue.max_bytes}: its agent counts what is drained too, and drops records at the limit. Not
 * thread-safe.
 */
final class KeepTime {
  private static final double SHORTENED_FROM = 0.5;
  private static final double NOTHING_FROM = 0.75;

  private final Path directory;
  private final Duration keep;
  private final long maxBytes;
  private final long directoryMaxBytes;
  private final Consumer<String> notices;

  KeepTime(DrainSettings settings, Consumer<String> notices) {
    this.directory = settings.queueDirectory();
    this.keep = settings.keep();
    this.maxBytes = settings.maxBytes();
    this.directoryMaxBytes = settings.directoryMaxBytes();
    this.notices = notices;
  }

  Duration configured() {
    return keep;
  }

  /** By what all have on disk now, counted as the agents count: lengths of files. */
  Duration now() {
    Duration now = at(QueueBytes.in(directory), directoryMaxBytes);
    if (now.compareTo(keep) < 0) {
      notices.accept(
          "Queue directory "
              + directory
              + " is over half of queue.directory_max_bytes: drained files are deleted before"
              + " queue.keep.");
    }
    return now;
  }

  /** By what one process has on disk now. */
  Duration ofSource(Path source) {
    return at(QueueBytes.in(source), maxBytes);
  }

  Duration at(long bytes, long limit) {
    double used = (double) bytes / limit;
    if (used <= SHORTENED_FROM) {
      return keep;
    }
    double part = Math.max(0, (NOTHING_FROM - used) / (NOTHING_FROM - SHORTENED_FROM));
    return Duration.ofMillis((long) (keep.toMillis() * part));
  }
}
