package io.tokenledger.it.overhead;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.ReplayProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whole processes, interleaved: a trivial main and a first exchange without an agent, with ours,
 * and with OpenTelemetry's where its jar is given. Run by {@code it-tests/overhead}; prints one
 * table a JDK.
 */
public final class StartUp {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  private final Jdks.Jdk jdk;
  private final Map<String, String[]> variants = new LinkedHashMap<>();
  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  private record Run(double trivialMs, long idleKib, double firstCallMs, long usedKib) {}

  private StartUp(Jdks.Jdk jdk, AgentSetup setup, Path openTelemetry) {
    this.jdk = jdk;
    variants.put("no agent", new String[0]);
    variants.put("tokenledger", new String[] {setup.javaagent()});
    if (openTelemetry != null) {
      variants.put(
          "opentelemetry",
          new String[] {
            "-javaagent:" + openTelemetry,
            "-Dotel.traces.exporter=none",
            "-Dotel.metrics.exporter=none",
            "-Dotel.logs.exporter=none"
          });
    }
  }

  /** Arguments: rounds, and the OpenTelemetry agent's jar (optional). */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    Path openTelemetry = args.length > 1 ? Path.of(args[1]) : null;
    for (Jdks.Jdk jdk : Jdks.all()) {
      try (FakeProvider provider = ReplayProvider.start()) {
        AgentSetup setup =
            new AgentSetup(Files.createTempDirectory("overhead"), "overhead").endpoints(provider);
        StartUp startUp = new StartUp(jdk, setup, openTelemetry);
        for (int round = 0; round <= rounds; round++) {
          startUp.round(provider, round == 0);
        }
        startUp.print();
      }
    }
  }

  private void round(FakeProvider provider, boolean warmUp) {
    for (Map.Entry<String, String[]> variant : variants.entrySet()) {
      Run run = run(provider, variant.getValue());
      if (!warmUp) {
        runs.computeIfAbsent(variant.getKey(), name -> new ArrayList<>()).add(run);
      }
    }
  }

  private Run run(FakeProvider provider, String[] jvm) {
    long start = System.nanoTime();
    List<String> trivial = lines(jvm, "Trivial");
    double trivialMs = (System.nanoTime() - start) / 1e6;
    List<String> call =
        lines(
            jvm,
            "FirstExchange",
            provider.url() + "/openai/v1/chat/completions",
            provider.url() + "/elsewhere");
    return new Run(
        trivialMs,
        Long.parseLong(trivial.get(0)),
        Long.parseLong(call.get(0)) / 1e3,
        Long.parseLong(call.get(1)));
  }

  private List<String> lines(String[] jvm, String main, String... arguments) {
    try (JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvm)
            .main(Jars.applicationClassPath(), "io.tokenledger.it.overhead." + main, arguments)
            .start()) {
      if (process.exitCode(AT_MOST) != 0) {
        throw new IllegalStateException(process.transcript());
      }
      return process.out();
    }
  }

  private void print() {
    System.out.printf(
        "%n%s, %d rounds, interleaved: median (min)%n", jdk, runs.get("no agent").size());
    System.out.printf(
        "%-14s %22s %16s %22s %16s%n",
        "", "trivial main, ms", "anon KiB", "first call, ms", "anon KiB after");
    runs.forEach(
        (name, all) ->
            System.out.printf(
                "%-14s %22s %16.0f %22s %16.0f%n",
                name,
                medianAndMin(all.stream().mapToDouble(Run::trivialMs).toArray()),
                median(all.stream().mapToDouble(Run::idleKib).toArray()),
                medianAndMin(all.stream().mapToDouble(Run::firstCallMs).toArray()),
                median(all.stream().mapToDouble(Run::usedKib).toArray())));
  }

  private static String medianAndMin(double[] values) {
    return String.format("%.1f (%.1f)", median(values), Arrays.stream(values).min().orElseThrow());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
