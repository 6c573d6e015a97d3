package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.DirectoryTree;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a queue directory and a forwarder take, now and at most so far. Thread-safe. Linux. */
final class Footprint {
  private final Path queue;
  private final long forwarder;
  private long bytes;
  private long residentKib;
  private long descriptors;
  private long peakSources;
  private long peakBytes;
  private long peakDescriptors;
  private long peakResidentKib;

  Footprint(Path queue, long forwarder) {
    this.queue = queue;
    this.forwarder = forwarder;
  }

  synchronized void look() {
    bytes = blocks();
    residentKib = memory("VmRSS:");
    descriptors = descriptorsNow();
    peakSources = Math.max(peakSources, sources());
    peakBytes = Math.max(peakBytes, bytes);
    peakDescriptors = Math.max(peakDescriptors, descriptors);
    peakResidentKib = Math.max(peakResidentKib, memory("VmHWM:"));
  }

  /** Directories of processes. */
  long sources() {
    return DirectoryTree.children(queue).size() - halfMade();
  }

  /** Directories that never got their name, since their process died first. */
  long halfMade() {
    return DirectoryTree.children(queue).stream()
        .filter(source -> source.getFileName().toString().startsWith("."))
        .count();
  }

  synchronized long peakBytes() {
    return peakBytes;
  }

  synchronized long peakDescriptors() {
    return peakDescriptors;
  }

  synchronized String peaks() {
    return "at most "
        + peakSources
        + " directories, "
        + peakBytes
        + " bytes of disk; forwarder at most "
        + peakResidentKib
        + " KiB resident, "
        + peakDescriptors
        + " descriptors;";
  }

  @Override
  public synchronized String toString() {
    return sources()
        + " directories, "
        + bytes
        + " bytes of disk, forwarder "
        + residentKib
        + " KiB resident, "
        + descriptors
        + " descriptors; "
        + peaks();
  }

  /** Blocks that are allocated: queue files are sparse. */
  private long blocks() {
    try {
      Process du = new ProcessBuilder("du", "-s", "-B1", queue.toString()).start();
      String line =
          new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return Long.parseLong(line.substring(0, line.indexOf('\t')));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long memory(String name) {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/" + forwarder + "/status"));
      return lines.stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long descriptorsNow() {
    String[] names = new File("/proc/" + forwarder + "/fd").list();
    return names == null ? 0 : names.length;
  }
}
