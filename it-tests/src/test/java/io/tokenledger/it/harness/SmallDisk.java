package io.tokenledger.it.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of its own in a directory: a tmpfs. Needs Linux and root. */
public final class SmallDisk implements AutoCloseable {
  private static final int KIB = 1024;

  private final Path directory;
  private final Path ballast;

  private SmallDisk(Path directory) {
    this.directory = directory;
    this.ballast = directory.resolve("ballast");
  }

  /** Mounts one of 256 KiB over an existing directory; skips the test where that is not allowed. */
  public static SmallDisk at(Path directory) {
    Optional<SmallDisk> disk = mount(directory, 256);
    assumeTrue(disk.isPresent(), "needs Linux and root: mounts a tmpfs of 256 KiB");
    return disk.get();
  }

  /** Mounts one over an existing directory; empty where that is not allowed. */
  public static Optional<SmallDisk> mount(Path directory, int kibibytes) {
    return run(
            "mount", "-t", "tmpfs", "-o", "size=" + kibibytes + "k", "tmpfs", directory.toString())
        ? Optional.of(new SmallDisk(directory))
        : Optional.empty();
  }

  /** Leaves not one block free. */
  public SmallDisk fill() {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      byte[] much = new byte[256 * KIB];
      while (true) {
        out.write(much);
      }
    } catch (IOException nearlyFull) {
      return fillLastBlocks();
    }
  }

  /** Gives back what {@link #fill} took. */
  public void empty() {
    try {
      Files.deleteIfExists(ballast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SmallDisk makeReadOnly() {
    assumeTrue(run("mount", "-o", "remount,ro", directory.toString()), "cannot remount");
    return this;
  }

  /** Lazily, since a process that is just ending may still hold a file. */
  @Override
  public void close() {
    run("umount", "-l", directory.toString());
  }

  private SmallDisk fillLastBlocks() {
    try (OutputStream out =
        Files.newOutputStream(ballast, java.nio.file.StandardOpenOption.APPEND)) {
      while (true) {
        out.write(new byte[4 * KIB]);
      }
    } catch (IOException full) {
      return this;
    }
  }

  private static boolean run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
      return process.waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
