package io.tokenledger.it.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own, of 256 KiB, in a directory. Needs Linux and root: skips otherwise. */
public final class SmallDisk implements AutoCloseable {
  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Mounts it over an existing directory. */
  public static SmallDisk at(Path directory) {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", directory.toString()),
        "needs Linux and root: mounts a tmpfs of 256 KiB");
    return new SmallDisk(directory);
  }

  /** Leaves not one block free. */
  public SmallDisk fill() {
    try (OutputStream out = Files.newOutputStream(directory.resolve("ballast"))) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      return this;
    }
  }

  public SmallDisk makeReadOnly() {
    assumeTrue(run("mount", "-o", "remount,ro", directory.toString()), "cannot remount");
    return this;
  }

  @Override
  public void close() {
    run("umount", directory.toString());
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
