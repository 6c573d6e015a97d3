package io.tokenledger.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.client.Clients;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.PackedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgentStartIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void printsNothingAndAddsNoThreadOnAGoodStart(Jdks.Jdk jdk) throws IOException {
    AgentSetup setup = new AgentSetup(directory, "start");

    JavaProcess process = run(jdk, List.of(setup.javaagent()), "java.lang.TokenLedgerBridge");

    assertThat(process.err()).isEmpty();
    assertThat(process.out()).containsExactly("threads []", "java.lang.TokenLedgerBridge boot");
    try (var sources = Files.list(setup.queueDirectory())) {
      assertThat(sources.toList())
          .singleElement()
          .satisfies(source -> assertThat(source.resolve("source.json")).isNotEmptyFile());
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void startsWithoutAFile(Jdks.Jdk jdk) {
    JavaProcess process =
        run(
            jdk,
            List.of("-Dtokenledger.queue.directory=" + directory, "-javaagent:" + Jars.agent()));

    assertThat(process.err()).isEmpty();
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void showsTheApplicationNothingButPremainAndBridge(Jdks.Jdk jdk) throws IOException {
    try (JarFile jar = new JarFile(Jars.agent().toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")))
          .containsExactly("io/tokenledger/agent/AgentMain.class");
    }
    List<String> ours = new ArrayList<>(PackedClasses.ofAgent().keySet());
    ours.removeIf(name -> !name.startsWith("io.tokenledger.agent.start."));
    assertThat(ours).isNotEmpty();
    ours.add("io.tokenledger.agent.start.AgentClassLoader");
    ours.add("io.tokenledger.bootstrap.TokenLedgerBridge");
    ours.add("io.tokenledger.shaded.org.objectweb.asm.ClassReader");
    ours.add("org.objectweb.asm.ClassReader");
    ours.add("net.openhft.chronicle.queue.ChronicleQueue");
    ours.add("org.slf4j.LoggerFactory");
    ours.add("com.fasterxml.jackson.core.JsonFactory");

    JavaProcess process =
        run(
            jdk,
            List.of(new AgentSetup(directory, "start").javaagent()),
            ours.toArray(String[]::new));

    assertThat(process.out().subList(1, process.out().size()))
        .hasSize(ours.size())
        .allSatisfy(line -> assertThat(line).endsWith(" not found"));
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void ignoresASecondAgent(Jdks.Jdk jdk) throws IOException {
    AgentSetup setup = new AgentSetup(directory, "start");
    Path copy = Files.copy(Jars.agent(), directory.resolve("copy.jar"));

    JavaProcess process = run(jdk, List.of(setup.javaagent(), "-javaagent:" + copy));

    assertThat(process.err())
        .singleElement()
        .asString()
        .startsWith("[tokenledger] the agent is attached twice");
    assertThat(setup.queueDirectory().toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void loadsTheClassesOfAllClientsOnManyThreadsAtOnce(Jdks.Jdk jdk) {
    List<String> arguments = new ArrayList<>(List.of(System.getProperty("sample.lib")));
    for (String client : Clients.names()) {
      for (String className : Clients.classNames(client)) {
        arguments.add(className.replace('/', '.'));
      }
    }

    JavaProcess without = loadConcurrently(jdk, arguments, "-Dwithout.agent");
    JavaProcess with =
        loadConcurrently(jdk, arguments, new AgentSetup(directory, "start").javaagent());

    assertThat(with.err()).isEmpty();
    assertThat(with.out()).isEqualTo(without.out()).doesNotContain("loaded 0");
  }

  private static JavaProcess loadConcurrently(
      Jdks.Jdk jdk, List<String> arguments, String jvmArgument) {
    JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvmArgument)
            .main(
                testClasses(), ConcurrentLoadMain.class.getName(), arguments.toArray(String[]::new))
            .start();
    assertThat(process.exitCode(LIMIT)).as(process.transcript()).isZero();
    return process;
  }

  @Test
  void leavesToolsOfTheJdkAlone() {
    JavaProcess process =
        JavaProcess.on(Jdks.current())
            .jvm("-javaagent:" + Jars.agent(), "-m", "jdk.compiler/com.sun.tools.javac.Main")
            .main("none", "-version")
            .start();
    process.exitCode(LIMIT);

    assertThat(process.err()).anyMatch(line -> line.startsWith("[tokenledger] not started: "));
  }

  @Test
  void doesNothingWhenDisabled() {
    JavaProcess process =
        run(
            Jdks.current(),
            List.of(
                "-Dtokenledger.enabled=false",
                "-Dtokenledger.queue.directory=" + directory,
                "-javaagent:" + Jars.agent()),
            "java.lang.TokenLedgerBridge");

    assertThat(process.err()).isEmpty();
    assertThat(process.out()).contains("java.lang.TokenLedgerBridge not found");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesAJvmThatDoesNotVerify() {
    JavaProcess process =
        run(Jdks.current(), List.of("-Xverify:none", "-javaagent:" + Jars.agent()));

    assertThat(process.err())
        .anyMatch(line -> line.startsWith("[tokenledger] not started: -Xverify:none"));
  }

  private JavaProcess run(Jdks.Jdk jdk, List<String> jvmArguments, String... classes) {
    JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvmArguments.toArray(String[]::new))
            .main(testClasses(), StartMain.class.getName(), classes)
            .start();
    assertThat(process.exitCode(LIMIT)).as(process.transcript()).isEqualTo(7);
    return process;
  }

  private static String testClasses() {
    return StartMain.class.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}
