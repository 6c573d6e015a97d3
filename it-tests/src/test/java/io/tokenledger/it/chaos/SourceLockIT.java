package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A source's lock says across processes whether its application lives. */
class SourceLockIT {
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  @TempDir Path directory;

  static Stream<Jdks.Jdk> jdks() {
    return Jdks.all().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void isHeldThroughGarbageCollectionsAndFreeOnceTheProcessIsKilled(Jdks.Jdk jdk) {
    AgentSetup setup = new AgentSetup(directory, "locked");
    try (JavaProcess application =
        JavaProcess.on(jdk)
            .jvm(setup.javaagent())
            .main(Jars.applicationClassPath(), CollectingMain.class.getName())
            .start()) {
      application.awaitLine("ready", AT_MOST);
      Path lock = lockFile(setup.queueDirectory());
      assertThat(isLocked(lock)).as("at start").isTrue();

      application.send("collect");
      application.awaitLine("collected", AT_MOST);
      application.send("and run what the first collection left to cleaners");
      application.awaitUntil(
          "a second collection",
          AT_MOST,
          () -> application.out().stream().filter("collected"::equals).count() == 2);
      assertThat(isLocked(lock)).as("after collections").isTrue();

      application.kill();
      assertThat(isLocked(lock)).as("after the kill").isFalse();
    }
  }

  private static Path lockFile(Path queueDirectory) {
    try (Stream<Path> sources = Files.list(queueDirectory)) {
      return sources.findFirst().orElseThrow().resolve(QueueLayout.LOCK_FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLocked(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
