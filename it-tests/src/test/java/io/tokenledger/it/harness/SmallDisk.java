package io.tokenledger.it.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file system of its own in a directory: a tmpfs or an ext4. Needs Linux and root. */
public final class SmallDisk implements AutoCloseable {
  private static final int KIB = 1024;

  /** One without a device below it, and one as servers have it. */
  public enum Kind {
    TMPFS,
    EXT4
  }

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

  /**
   * Mounts one over an existing directory; skips the test where that is not allowed.
   *
   * @param image where the blocks of an ext4 are; a file that does not exist
   */
  public static SmallDisk at(Path directory, Kind kind, int kibibytes, Path image) {
    Optional<SmallDisk> disk =
        kind == Kind.TMPFS ? mount(directory, kibibytes) : ext4(directory, kibibytes, image);
    assumeTrue(disk.isPresent(), "needs Linux, root and loop devices: mounts a file system");
    return disk.get();
  }

  private static Optional<SmallDisk> ext4(Path directory, int kibibytes, Path image) {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) kibibytes * KIB);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
            && run("mount", "-o", "loop", image.toString(), directory.toString())
        ? Optional.of(new SmallDisk(directory))
        : Optional.empty();
  }

  /** Leaves about so much free, if there is more. */
  public SmallDisk fillUpTo(int freeKibibytes) {
    if (freeKibibytes == 0) {
      return fill();
    }
    try (OutputStream out = appended()) {
      while (directory.toFile().getUsableSpace() > (long) freeKibibytes * KIB) {
        out.write(new byte[4 * KIB]);
      }
    } catch (IOException fullBefore) {
      // somebody else took the rest
    }
    return this;
  }

  /** Leaves not one block free; gives none back meanwhile. */
  public SmallDisk fill() {
    try (OutputStream out = appended()) {
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
    try (OutputStream out = appended()) {
      while (true) {
        out.write(new byte[4 * KIB]);
      }
    } catch (IOException full) {
      return this;
    }
  }

  private OutputStream appended() throws IOException {
    return Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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
