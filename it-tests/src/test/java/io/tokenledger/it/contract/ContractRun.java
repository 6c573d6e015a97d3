package io.tokenledger.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One run of {@link ContractMain}: what the application observed in each scenario.
 *
 * @param observations by scenario, and {@code THREADS}
 * @param starts scenarios whose request may never be written, by their start
 * @param printed standard error
 */
record ContractRun(
    Map<String, String> observations, TreeMap<Instant, String> starts, List<String> printed) {
  static final String OF_NO_SCENARIO = "";

  /** Scenarios whose request may never be written. */
  private static final Set<String> UNWRITTEN =
      Set.of(
          "CONNECT_FAILURE",
          "CONNECT_FAILURE_ASYNC",
          "STALE_CONNECTION",
          "EXECUTOR_SATURATED",
          "EXECUTOR_SHUT_DOWN");

  private static final Duration AT_MOST = Duration.ofSeconds(90);

  /**
   * A client and the version that runs.
   *
   * @param name of the client in records
   * @param version empty for the JDK's own
   */
  record Client(String name, String version) {
    String classPath() {
      String testClasses =
          Path.of(ContractMain.class.getProtectionDomain().getCodeSource().getLocation().getPath())
              .toString();
      return version.isEmpty()
          ? testClasses
          : testClasses
              + File.pathSeparator
              + System.getProperty("contract.lib")
              + "/"
              + name.replace("-async", "")
              + "-"
              + version
              + "/*";
    }

    /** Whether the client forgets a body that its application forgot. */
    boolean letsGoOfBodies() {
      return name.equals("okhttp") || name.equals("apache5");
    }

    @Override
    public String toString() {
      return version.isEmpty() ? name : name + " " + version;
    }
  }

  /**
   * @param beforeExit runs when all scenarios are over and the application lives on
   */
  static ContractRun of(
      Client client,
      Jdks.Jdk jdk,
      List<String> addresses,
      Consumer<JavaProcess> beforeExit,
      String... jvmArguments) {
    List<String> arguments = new java.util.ArrayList<>(List.of(client.name()));
    arguments.addAll(addresses);
    try (JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvmArguments)
            .main(
                client.classPath(), ContractMain.class.getName(), arguments.toArray(String[]::new))
            .start()) {
      process.awaitLine("THREADS", AT_MOST);
      beforeExit.accept(process);
      process.send("exit");
      assertThat(process.exitCode(AT_MOST)).as(process.transcript()).isZero();
      Map<String, String> observations = new LinkedHashMap<>();
      TreeMap<Instant, String> starts = new TreeMap<>();
      for (String line : process.out()) {
        String[] parts = line.split("\t", 3);
        assertThat(parts).as("printed by ours: " + line).hasSize(3);
        observations.put(parts[0], parts[2]);
        if (UNWRITTEN.contains(parts[0])) {
          starts.put(started(parts[1]), parts[0]);
        }
      }
      return new ContractRun(observations, starts, process.err());
    }
  }

  /**
   * The scenario is the model of the request. Where the request was never written, the time tells:
   * scenarios run one after the other.
   */
  Map<String, List<UsageRecord>> byScenario(List<UsageRecord> records) {
    Map<String, List<UsageRecord>> byScenario = new HashMap<>();
    for (UsageRecord record : records) {
      String scenario = record.get(UsageField.REQUEST_MODEL);
      if (scenario == null) {
        Map.Entry<Instant, String> start = starts.floorEntry(record.get(UsageField.TIMESTAMP));
        scenario = start == null ? OF_NO_SCENARIO : start.getValue();
      }
      byScenario.computeIfAbsent(scenario, any -> new ArrayList<>()).add(record);
    }
    return byScenario;
  }

  /** Records have microseconds; a call that is refused at once takes less than a millisecond. */
  private static Instant started(String printed) {
    return Instant.parse(printed).truncatedTo(ChronoUnit.MICROS);
  }
}
