package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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
    Duration now = at(bytes());
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

  private long bytes() {
    long[] bytes = {0};
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              // Applications come and go meanwhile, and discovery tells of what cannot be read.
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException cutShort) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException neverThrownAbove) {
      throw new UncheckedIOException(neverThrownAbove);
    }
    return bytes[0];
  }
}
