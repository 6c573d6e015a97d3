package io.tokenledger.it.overhead;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The two sides of {@link ScanBenchmark} in turns of a few milliseconds within one process, by the
 * processor time of the thread: what else the machine does meanwhile falls out of the ratio.
 */
final class ScanRatio {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 6_000;
  private static final int TURNS = 61;
  private static final int BODIES_PER_TURN = 30;

  /** Keeps the results alive, so that the work is done. */
  static volatile Object sink;

  private ScanRatio() {}

  public static void main(String[] args) {
    System.out.println("Median processor time for a byte, pieces of 300 bytes, JDK " + version());
    for (Bodies body : Bodies.values()) {
      for (String pieces : new String[] {"array", "readOnly"}) {
        measure(body, pieces);
      }
    }
  }

  private static String version() {
    return System.getProperty("java.version");
  }

  private static void measure(Bodies body, String pieces) {
    ScanBenchmark scan = new ScanBenchmark();
    scan.body = body.name();
    scan.pieces = pieces;
    scan.prepare();
    for (int i = 0; i < WARM_UP; i++) {
      sink = scan.bare();
      sink = scan.ours();
    }
    double[] bare = new double[TURNS];
    double[] ours = new double[TURNS];
    double[] ratios = new double[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
      bare[turn] = nanosPerByte(scan::bare);
      ours[turn] = nanosPerByte(scan::ours);
      ratios[turn] = bare[turn] / ours[turn];
    }
    System.out.printf(
        "%-8s %-8s  bare %.3f ns  ours %.3f ns  rate of the bare loop reached: %.2f%n",
        body, pieces, median(bare), median(ours), median(ratios));
  }

  private static double nanosPerByte(Supplier<Object> scan) {
    long before = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < BODIES_PER_TURN; i++) {
      sink = scan.get();
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - before;
    return (double) nanos / BODIES_PER_TURN / Bodies.BYTES;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
