package io.tokenledger.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user can get wrong: one line says so, and the application ends with its own exit code. */
class BadInputIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NO_METERING = "; the application runs without metering";

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesTheLineOfABrokenFile(Jdks.Jdk jdk) throws IOException {
    assertThat(errOfRunWithFile(jdk, "service: a\nqueue: {"))
        .isEqualTo(
            "[tokenledger] a.yml line 2: { } and [ ] must end on the line they start on"
                + NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesTheKeyOfAWrongType(Jdks.Jdk jdk) throws IOException {
    assertThat(errOfRunWithFile(jdk, "queue:\n  max_bytes: lots"))
        .isEqualTo(
            "[tokenledger] a.yml line 2, queue.max_bytes: \"lots\" is not a size"
                + " (a whole number with B, KiB, MiB or GiB)"
                + NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesASystemPropertyOfAWrongType(Jdks.Jdk jdk) {
    assertThat(errOfRun(jdk, "-Dtokenledger.discover=perhaps", "-javaagent:" + Jars.agent()))
        .isEqualTo(
            "[tokenledger] system property tokenledger.discover: \"perhaps\" is neither true nor"
                + " false"
                + NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAFileThatIsNotThere(Jdks.Jdk jdk) {
    assertThat(errOfRun(jdk, "-javaagent:" + Jars.agent() + "=/no/file.yml"))
        .startsWith("[tokenledger] /no/file.yml: cannot be read")
        .endsWith(NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAQueueDirectoryThatIsAFile(Jdks.Jdk jdk) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(errOfRunWithQueueIn(jdk, file))
        .isEqualTo("[tokenledger] queue.directory " + file + " is not a directory" + NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAQueueDirectoryThatCannotBeMade(Jdks.Jdk jdk) throws IOException {
    Path below = Files.createFile(directory.resolve("file")).resolve("queue");

    assertThat(errOfRunWithQueueIn(jdk, below))
        .isEqualTo(
            "[tokenledger] queue.directory "
                + below
                + " does not exist and cannot be made"
                + NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAQueueDirectoryThatCannotBeWritten(Jdks.Jdk jdk) {
    try (SmallDisk disk = SmallDisk.at(directory)) {
      disk.makeReadOnly();

      assertThat(errOfRunWithQueueIn(jdk, directory))
          .isEqualTo(
              "[tokenledger] queue.directory " + directory + " cannot be written" + NO_METERING);
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAQueueDirectoryOnAFullDiskAndLeavesNothingThere(Jdks.Jdk jdk) {
    try (SmallDisk disk = SmallDisk.at(directory)) {
      disk.fill();

      assertThat(errOfRunWithQueueIn(jdk, directory))
          .isEqualTo(
              "[tokenledger] queue.directory "
                  + directory
                  + " is on a full disk; calls are counted as missing until there is room");
      assertThat(directory.toFile().list()).containsExactly("ballast");
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void saysWhatIsWrongWithADamagedJar(Jdks.Jdk jdk) throws IOException {
    Path damaged = directory.resolve("damaged.jar");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(Jars.agent()));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(damaged))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.getName().equals("inst.pack")) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }

    assertThat(
            errOfRun(
                jdk,
                "-Dtokenledger.queue.directory=" + directory.resolve("queue"),
                "-javaagent:" + damaged))
        .isEqualTo(
            "[tokenledger] the agent could not start: java.io.IOException:"
                + " the agent's jar has no inst.pack"
                + NO_METERING);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAnUnknownKeyAndMeters(Jdks.Jdk jdk) {
    AgentSetup setup = new AgentSetup(directory, "start").with("newer: 1");

    assertThat(errOfRun(jdk, setup.javaagent()))
        .matches("\\[tokenledger\\] agent.yml line \\d+, newer: unknown key, ignored");
    assertThat(setup.queueDirectory().toFile().list()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void namesAnUnknownKeyInTheLogFileThatIsConfigured(Jdks.Jdk jdk) {
    Path log = directory.resolve("agent.log");
    AgentSetup setup = new AgentSetup(directory, "start").with("newer: 1", "log.file: " + log);

    assertThat(run(jdk, setup.javaagent()).err()).isEmpty();
    assertThat(log).content().contains(", newer: unknown key, ignored").hasLineCount(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void keepsAnUnknownKeyToItselfWhenTheLogIsOff(Jdks.Jdk jdk) {
    AgentSetup setup = new AgentSetup(directory, "start").with("newer: 1", "log.level: off");

    assertThat(run(jdk, setup.javaagent()).err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void stepsAsideOnStandardErrorWhateverTheLogIsSetTo(Jdks.Jdk jdk) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(
            errOfRunWithFile(
                jdk,
                "queue.directory: "
                    + file
                    + "\nlog.level: off\nlog.file: "
                    + directory.resolve("agent.log")))
        .isEqualTo("[tokenledger] queue.directory " + file + " is not a directory" + NO_METERING);
  }

  private String errOfRunWithFile(Jdks.Jdk jdk, String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("a.yml"), yaml);
    return errOfRun(jdk, "-javaagent:" + Jars.agent() + "=" + file);
  }

  private String errOfRunWithQueueIn(Jdks.Jdk jdk, Path queueDirectory) {
    return errOfRun(
        jdk, "-Dtokenledger.queue.directory=" + queueDirectory, "-javaagent:" + Jars.agent());
  }

  /** The one line of standard error. */
  private String errOfRun(Jdks.Jdk jdk, String... jvmArguments) {
    JavaProcess process = run(jdk, jvmArguments);
    assertThat(process.err()).hasSize(1);
    return process.err().get(0);
  }

  private JavaProcess run(Jdks.Jdk jdk, String... jvmArguments) {
    String testClasses =
        StartMain.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    JavaProcess process =
        JavaProcess.on(jdk).jvm(jvmArguments).main(testClasses, StartMain.class.getName()).start();
    assertThat(process.exitCode(LIMIT)).as(process.transcript()).isEqualTo(7);
    assertThat(process.out()).contains("threads []");
    return process;
  }
}
