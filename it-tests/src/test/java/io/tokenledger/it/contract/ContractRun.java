package io.tokenledger.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of {@link ContractMain}: what the application observed in each scenario.
 *
 * @param observations by scenario, and {@code THREADS}
 * @param printed standard error
 */
record ContractRun(Map<String, String> observations, List<String> printed) {
  private static final Duration AT_MOST = Duration.ofSeconds(90);

  /**
   * A client and the version that runs.
   *
   * @param name of the client in records
   * @param version empty for the JDK's own
   */
  record Client(String name, String version) {
    private String classPath() {
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

    @Override
    public String toString() {
      return version.isEmpty() ? name : name + " " + version;
    }
  }

  static ContractRun of(
      Client client, Jdks.Jdk jdk, List<String> addresses, String... jvmArguments) {
    List<String> arguments = new java.util.ArrayList<>(List.of(client.name()));
    arguments.addAll(addresses);
    try (JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvmArguments)
            .main(
                client.classPath(), ContractMain.class.getName(), arguments.toArray(String[]::new))
            .start()) {
      assertThat(process.exitCode(AT_MOST)).as(process.transcript()).isZero();
      Map<String, String> observations = new LinkedHashMap<>();
      for (String line : process.out()) {
        int tab = line.indexOf('\t');
        assertThat(tab).as("printed by ours: " + line).isPositive();
        observations.put(line.substring(0, tab), line.substring(tab + 1));
      }
      return new ContractRun(observations, process.err());
    }
  }
}
