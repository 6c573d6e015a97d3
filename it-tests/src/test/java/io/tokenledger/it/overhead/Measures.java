package io.tokenledger.it.overhead;

import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whole processes of one application with and without agents, interleaved: each round runs every
 * variant once, so that whatever else the machine does falls on all of them.
 */
final class Measures {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  private final Jdks.Jdk jdk;
  private final String classPath;
  private final Map<String, List<String>> variants = new LinkedHashMap<>();
  private final Set<String> retired = new HashSet<>();
  private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();

  /**
   * The applications' class path is one folder: the JVM puts an agent's jar behind the whole class
   * path, so any agent has it open every jar of it.
   */
  Measures(Jdks.Jdk jdk) {
    this.jdk = jdk;
    this.classPath = Measures.class.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  Measures variant(String name, String... jvm) {
    variants.put(name, List.of(jvm));
    return this;
  }

  /** Has a variant run no more; what was measured of it stays. */
  void retire(String variant) {
    retired.add(variant);
  }

  /** Runs every variant of an application once; {@code label} tells its processes apart. */
  void run(String label, Class<?> application, String... arguments) {
    variants.forEach(
        (variant, jvm) -> {
          if (retired.contains(variant)) {
            return;
          }
          long start = System.nanoTime();
          try (JavaProcess process =
              JavaProcess.on(jdk)
                  .jvm(jvm.toArray(String[]::new))
                  .main(classPath, application.getName(), arguments)
                  .start()) {
            if (process.exitCode(AT_MOST) != 0) {
              throw new IllegalStateException(process.transcript());
            }
            long end = System.nanoTime();
            add(label + ", wall ms", variant, (end - start) / 1e6);
            for (String line : process.out()) {
              String[] parts = line.split("\t");
              if (parts[0].equals("end")) {
                // the monotonic clock of Linux is the same in all processes
                add(label + ", exit ms", variant, (end - Long.parseLong(parts[1])) / 1e6);
              } else {
                add(parts[0], variant, Double.parseDouble(parts[1]));
              }
            }
          }
        });
  }

  /** Forgets everything: what ran so far was to warm the machine. */
  Measures clear() {
    values.clear();
    return this;
  }

  double min(String measure, String variant) {
    return Collections.min(values.get(measure).get(variant));
  }

  /** All measures: median and, in brackets, minimum. */
  String table() {
    StringBuilder table = new StringBuilder(String.format("%-36s", jdk));
    variants.keySet().forEach(variant -> table.append(String.format("%20s", variant)));
    values.forEach(
        (measure, byVariant) -> {
          table.append(String.format("%n%-36s", measure));
          byVariant.values().forEach(all -> table.append(String.format("%20s", text(all))));
        });
    return table.append(System.lineSeparator()).toString();
  }

  private void add(String measure, String variant, double value) {
    values
        .computeIfAbsent(measure, m -> new LinkedHashMap<>())
        .computeIfAbsent(variant, v -> new ArrayList<>())
        .add(value);
  }

  private static String text(List<Double> all) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return String.format("%.1f (%.1f)", sorted[sorted.length / 2], sorted[0]);
  }
}
