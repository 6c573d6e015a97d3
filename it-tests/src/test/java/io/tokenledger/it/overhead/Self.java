package io.tokenledger.it.overhead;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileReader;
import java.io.IOException;

/** What a measured application says of itself: lines of a measure, a tab and a number. Linux. */
final class Self {
  private Self() {}

  /** Without "+": what javac makes of it would be the most expensive part of a trivial main. */
  static void say(String measure, double value) {
    System.out.print(measure);
    System.out.print('\t');
    System.out.println(value);
  }

  static void sayMemoryAndThreads(String when) throws IOException {
    say("anonymous memory, MiB, ".concat(when), anonymousMebibytes());
    say("java threads, ".concat(when), Thread.getAllStackTraces().size());
  }

  /** The last thing an application says: from here on it only ends. */
  static void sayEnd() {
    System.out.print("end\t");
    System.out.println(System.nanoTime());
  }

  /** What all threads of this process spent on a processor until now. */
  static double cpuMillis() throws IOException {
    long nanos = 0;
    for (String thread : new File("/proc/self/task").list()) {
      try (BufferedReader stat =
          new BufferedReader(
              new FileReader("/proc/self/task/".concat(thread).concat("/schedstat")))) {
        String line = stat.readLine();
        nanos += Long.parseLong(line.substring(0, line.indexOf(' ')));
      }
    }
    return nanos / 1e6;
  }

  static double anonymousMebibytes() throws IOException {
    try (BufferedReader status = new BufferedReader(new FileReader("/proc/self/status"))) {
      for (String line = status.readLine(); line != null; line = status.readLine()) {
        if (line.startsWith("RssAnon:")) {
          return Long.parseLong(line.substring(8, line.length() - 2).trim()) / 1024.0;
        }
      }
    }
    throw new IOException("/proc/self/status has no RssAnon");
  }
}
