package io.tokenledger.it.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.ReplayProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What we ship connects to nobody but whom the application or the configuration names, and stores
 * no text.
 */
class NothingPhonesHomeIT {
  private static final Duration AT_MOST = Duration.ofSeconds(30);
  private static final String RECORDER =
      "-Djava.security.manager=" + ConnectionRecorder.class.getName();

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @Test
  void metersACallAndOpensItsQueueWithoutAnyConnectionOfItsOwn() {
    Jdks.Jdk jdk17 = Jdks.all().stream().filter(jdk -> jdk.feature() < 24).findFirst().orElse(null);
    assumeTrue(jdk17 != null, "needs a JDK below 24: later ones have no security manager");
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "private").endpoints(provider);
      try (JavaProcess application = oneCall(jdk17, setup, provider, RECORDER)) {
        awaitQueueInUse(application, setup);
        application.send("end");
        assertThat(application.exitCode(AT_MOST)).as(application.transcript()).isZero();

        List<String> connections =
            application.out().stream().filter(line -> line.startsWith("connect ")).toList();
        assertThat(connections)
            .as("the recorder sees the application's own call")
            .contains("connect 127.0.0.1 " + provider.port())
            .allMatch(line -> line.startsWith("connect 127.0.0.1 "));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void storesNeitherPromptNorCompletionNorKeyAndPrintsNothing(Jdks.Jdk jdk) throws IOException {
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "private").endpoints(provider);
      try (JavaProcess application = oneCall(jdk, setup, provider)) {
        awaitQueueInUse(application, setup);
        application.send("end");
        application.exitCode(AT_MOST);
        assertThat(application.err()).isEmpty();
      }
      try (Stream<Path> files = Files.walk(setup.queueDirectory())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain("prompt-of-the-application", "sk-secret", "A ledger is a book");
        }
      }
    }
  }

  @Test
  void carriesNoClassThatReportsUsageOfALibraryToItsVendor() throws IOException {
    for (Path jar : List.of(Jars.agent(), Jars.forwarder())) {
      try (JarFile entries = new JarFile(jar.toFile())) {
        assertThat(entries.stream().map(JarEntry::getName))
            .as("%s without Chronicle's analytics module", jar)
            .noneMatch(name -> name.contains("openhft/chronicle/analytics/"));
      }
    }
  }

  private static JavaProcess oneCall(
      Jdks.Jdk jdk, AgentSetup setup, FakeProvider provider, String... jvm) {
    return JavaProcess.on(jdk)
        .jvm(setup.javaagent())
        .jvm(jvm)
        .main(
            Jars.applicationClassPath(),
            OneCallMain.class.getName(),
            provider.url() + "/openai/v1/chat/completions")
        .start();
  }

  /** The first records go to a segment; later ones show that Chronicle was opened and works. */
  private static void awaitQueueInUse(JavaProcess application, AgentSetup setup) {
    application.awaitUntil(
        "a record in the Chronicle Queue",
        AT_MOST,
        () -> {
          application.send("call");
          return QueueContents.isChronicleInUse(setup.queueDirectory());
        });
  }
}
