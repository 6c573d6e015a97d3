package io.tokenledger.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.ReplayProvider;
import io.tokenledger.it.harness.SmallDisk;
import io.tokenledger.it.privacy.OneCallMain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/** A JVM that refuses the bridge in {@code java.lang}, because its name is taken there. */
class BridgeFallbackIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void metersThroughABridgeOnTheBootPathInstead(Jdks.Jdk jdk) throws IOException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "fallback").endpoints(provider);
      try (JavaProcess application =
          JavaProcess.on(jdk)
              .jvm("-Djava.io.tmpdir=" + temporary, squatter(), setup.javaagent())
              .main(
                  Jars.applicationClassPath(),
                  OneCallMain.class.getName(),
                  provider.url() + "/openai/v1/chat/completions")
              .start()) {
        application.awaitUntil(
            "the record of the call",
            LIMIT,
            () -> QueueContents.of(setup.queueDirectory()).exchanges().size() == 1);
        application.send("end");
        assertThat(application.exitCode(LIMIT)).as(application.transcript()).isZero();
        assertThat(application.out()).containsExactly("called");
        assertThat(application.err())
            .as("what the JVM itself says of an appended boot path")
            .allMatch(line -> line.contains("Sharing is only supported for boot loader classes"));
      }
      assertThat(temporary).isEmptyDirectory();
      try (Stream<Path> files = Files.walk(setup.queueDirectory())) {
        assertThat(files).noneMatch(file -> file.toString().endsWith(".jar"));
      }
    }
  }

  /** The jar must be a file, and no file of ours is written outside the queue directory. */
  @ParameterizedTest
  @MethodSource("jdks")
  void leavesTheApplicationAloneAndSaysSoWhereTheDiskHasNoRoomForTheJar(Jdks.Jdk jdk)
      throws IOException {
    Path queue = Files.createDirectory(directory.resolve("queue"));
    try (SmallDisk disk = SmallDisk.at(queue)) {
      disk.fill();
      JavaProcess application =
          JavaProcess.on(jdk)
              .jvm(
                  "-Dtokenledger.queue.directory=" + queue,
                  squatter(),
                  "-javaagent:" + Jars.agent())
              .main(Jars.applicationClassPath(), StartMain.class.getName())
              .start();

      assertThat(application.exitCode(LIMIT)).as(application.transcript()).isEqualTo(7);
      assertThat(application.err())
          .containsExactly(
              "[tokenledger] queue.directory "
                  + queue
                  + " is on a full disk, and in this JVM the agent needs a file there; the"
                  + " application runs without metering");
      assertThat(queue.toFile().list()).containsExactly("ballast");
    }
  }

  /** The argument that attaches {@link SquatterAgent}. */
  private String squatter() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", SquatterAgent.class.getName());
    manifest.getMainAttributes().putValue("Can-Redefine-Classes", "true");
    String entry = SquatterAgent.class.getName().replace('.', '/') + ".class";
    Path jar = directory.resolve("squatter.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream in = SquatterAgent.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
    }
    ClassWriter taken = new ClassWriter(0);
    taken.visit(
        Opcodes.V17,
        Opcodes.ACC_PUBLIC,
        "java/lang/TokenLedgerBridge",
        null,
        "java/lang/Object",
        null);
    Path classFile = Files.write(directory.resolve("TokenLedgerBridge.class"), taken.toByteArray());
    return "-javaagent:" + jar + "=" + classFile;
  }
}
