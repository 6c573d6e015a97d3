package io.tokenledger.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of processes, moved while they run, as an administrator or a time server moves it:
 * monotonic time goes on undisturbed. Uses libfaketime, where it is installed.
 */
public final class MovedClock implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib64/faketime/libfaketime.so.1"));

  private final Path library;
  private final Path offset;

  private MovedClock(Path library, Path offset) {
    this.library = library;
    this.offset = offset;
  }

  /**
   * A clock that is right until it is moved; empty where the library is not installed.
   *
   * @param file where its offset is kept
   */
  public static Optional<MovedClock> in(Path file) {
    return PLACES.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .map(library -> new MovedClock(library, file))
        .map(clock -> clock.by(Duration.ZERO));
  }

  /** What a process needs in its environment to live by this clock. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
        "FAKETIME_NO_CACHE", "1",
        "NO_FAKE_STAT", "1",
        // Together, or a JVM's timed waits end at once or never.
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  /** Deletes what the library leaves of killed processes: a name in shared memory for each. */
  @Override
  public void close() {
    Path memory = Path.of("/dev/shm");
    try (DirectoryStream<Path> left = Files.newDirectoryStream(memory, "*faketime_s{hm,em}_*")) {
      for (Path file : left) {
        String name = file.getFileName().toString();
        long pid = Long.parseLong(name.substring(name.lastIndexOf('_') + 1));
        if (ProcessHandle.of(pid).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves it so far from the right time. At once, and never half written. */
  public MovedClock by(Duration distance) {
    Path next = offset.resolveSibling(offset.getFileName() + ".next");
    try {
      Files.writeString(next, String.format("%+d%n", distance.toSeconds()));
      Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
