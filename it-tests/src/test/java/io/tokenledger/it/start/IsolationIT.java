package io.tokenledger.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.PackedClasses;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.ReplayProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application with older versions of what the agent carries (Jackson 2.9, SLF4J 1.7, Chronicle
 * Queue 5.22) gets its own, all of them work, and it sees nothing of ours.
 */
class IsolationIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What its Chronicle asks its users for. */
  private static final String[] OPENS_OF_THE_APPLICATION = {
    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
  };

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void anApplicationKeepsItsOwnOlderLibraries(Jdks.Jdk jdk) throws IOException {
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "isolation").endpoints(provider);

      JavaProcess without = run(jdk, provider, "queue-without");
      JavaProcess with = run(jdk, provider, "queue-with", setup.javaagent());

      assertThat(with.out()).isEqualTo(without.out());
      assertThat(with.out())
          .contains(
              "jackson 2.9.10 of jackson-databind-2.9.10.jar",
              "slf4j of slf4j-api-1.7.32.jar",
              "chronicle of chronicle-queue-5.22.28.jar",
              "visible []");
      if (runsItsChronicle(jdk)) {
        assertThat(with.out()).contains("chronicle of the application");
      }
      assertThat(with.err()).as("nothing is printed by us").isEqualTo(without.err());
      assertThat(QueueContents.of(setup.queueDirectory()).exchanges()).hasSize(1);
    }
  }

  private JavaProcess run(Jdks.Jdk jdk, FakeProvider provider, String queue, String... agent)
      throws IOException {
    JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(OPENS_OF_THE_APPLICATION)
            .jvm(agent)
            .main(
                classPath(),
                IsolationMain.class.getName(),
                provider.url() + "/openai/v1/chat/completions",
                Files.write(directory.resolve("names"), namesOfOurs()).toString(),
                runsItsChronicle(jdk) ? directory.resolve(queue).toString() : "-")
            .start();
    assertThat(process.exitCode(LIMIT)).as(process.transcript()).isZero();
    return process;
  }

  /** Chronicle Queue 5.22 looks for a method of {@code FileChannelImpl} that JDK 20 took away. */
  private static boolean runsItsChronicle(Jdks.Jdk jdk) {
    return jdk.feature() < 20;
  }

  /** Every class of the agent's jar, by the name that it has inside. */
  private static List<String> namesOfOurs() throws IOException {
    List<String> names = List.copyOf(PackedClasses.ofAgent().keySet());
    assertThat(names)
        .contains(
            "io.tokenledger.agent.start.AgentStarter",
            "io.tokenledger.record.UsageRecord",
            "io.tokenledger.shaded.com.fasterxml.jackson.core.JsonFactory",
            "io.tokenledger.shaded.net.openhft.chronicle.queue.ChronicleQueue",
            "io.tokenledger.shaded.org.slf4j.LoggerFactory")
        .doesNotContain("io.tokenledger.agent.AgentMain");
    return names;
  }

  private static String classPath() {
    String testClasses =
        IsolationMain.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return testClasses + File.pathSeparator + System.getProperty("isolation.lib") + "/*";
  }
}
