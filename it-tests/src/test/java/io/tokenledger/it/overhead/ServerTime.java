package io.tokenledger.it.overhead;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Processor time of a Postgres server: its first process and all it ever started. Linux alone. */
final class ServerTime {
  /** Fields of {@code /proc/<pid>/stat} behind the name of the program, from 0 (proc(5)). */
  private static final int PARENT = 1;

  private static final int USER_TIME = 11;
  private static final int OF_ENDED_CHILDREN = 13;
  private static final int TIMES_EACH = 2;

  /** What {@code sysconf(_SC_CLK_TCK)} says on every Linux that has a JDK. */
  private static final long NANOS_A_TICK = 10_000_000;

  private final long pid;

  /**
   * @param data the server's data directory
   */
  ServerTime(Path data) throws IOException {
    this.pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
  }

  /** Nanoseconds since it started, in steps of ten million. */
  long nanos() throws IOException {
    while (true) {
      long ended = ofEnded();
      long ticks = ended + ofLiving();
      if (ended == ofEnded()) { // else one ended meanwhile, and is in none of the sums or in both
        return ticks * NANOS_A_TICK;
      }
    }
  }

  private long ofEnded() {
    return times(stat(Path.of("/proc/" + pid)), OF_ENDED_CHILDREN);
  }

  private long ofLiving() throws IOException {
    long ticks = times(stat(Path.of("/proc/" + pid)), USER_TIME);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) processes::iterator) {
        if (process.getFileName().toString().matches("\\d+")) {
          String[] stat = stat(process);
          if (stat.length > 0 && Long.parseLong(stat[PARENT]) == pid) {
            ticks += times(stat, USER_TIME);
          }
        }
      }
    }
    return ticks;
  }

  private static long times(String[] stat, int first) {
    long sum = 0;
    for (int i = 0; i < TIMES_EACH; i++) {
      sum += Long.parseLong(stat[first + i]);
    }
    return sum;
  }

  /** Nothing for a process that has ended since it was listed. */
  private static String[] stat(Path process) {
    try {
      String line = Files.readString(process.resolve("stat"));
      return line.substring(line.lastIndexOf(')') + 2).split(" ");
    } catch (IOException ended) {
      return new String[0];
    }
  }
}
