package io.tokenledger.it.overhead;

import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;

/** The smallest application: prints its anonymous resident memory in KiB (Linux) and ends. */
public final class Trivial {
  private Trivial() {}

  public static void main(String[] args) throws IOException {
    System.out.println(anonymousKibibytes());
  }

  /** {@code RssAnon} of {@code /proc/self/status}; -1 where there is none. */
  static long anonymousKibibytes() throws IOException {
    try (BufferedReader status = new BufferedReader(new FileReader("/proc/self/status"))) {
      for (String line = status.readLine(); line != null; line = status.readLine()) {
        if (line.startsWith("RssAnon:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (java.io.FileNotFoundException notLinux) {
      return -1;
    }
    return -1;
  }
}
