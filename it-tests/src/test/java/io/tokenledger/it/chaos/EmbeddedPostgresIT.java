package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.Await;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who starts, shares, inherits and stops the embedded Postgres, with real commands. */
class EmbeddedPostgresIT {
  private static final Duration AT_MOST = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void servesTwoCommandsAtOnceAndTheLastOneStopsIt() {
    try (JavaProcess one = forwarder().start(Jdks.current(), "drain");
        JavaProcess other = forwarder().start(Jdks.current(), "report")) {
      assertThat(one.exitCode(AT_MOST)).as(one.transcript()).isZero();
      assertThat(other.exitCode(AT_MOST)).as(other.transcript()).isZero();
    }
    assertThat(server()).as("server after both").isEmpty();
  }

  @Test
  void isStoppedByTheOneWhoStaysWhenTheOneWhoStartedItEndsFirst() {
    try (JavaProcess first = run();
        JavaProcess second = run()) {
      first.terminate();
      assertThat(first.exitCode(AT_MOST)).as(first.transcript()).isZero();
      assertThat(server()).as("server while the second runs").isPresent();

      second.terminate();
      assertThat(second.exitCode(AT_MOST)).as(second.transcript()).isZero();
      assertThat(server()).as("server after both").isEmpty();
    }
  }

  @Test
  void isAdoptedAndStoppedByTheNextCommandWhenItsOwnerWasKilled() {
    try (JavaProcess run = run()) {
      run.kill();
    }
    assertThat(server()).as("the orphan").isPresent();

    forwarder().done("report");

    assertThat(server()).as("the orphan, adopted").isEmpty();
  }

  @Test
  void isFoundByTheNextCommandWhenItsOwnerWasKilledWhileItStarted() {
    forwarder().done("migrate");
    try (JavaProcess run = forwarder().start(Jdks.current(), "run")) {
      run.awaitUntil("the process of its server", AT_MOST, () -> server().isPresent());
      run.kill();
    }

    forwarder().done("report");

    assertThat(server()).isEmpty();
  }

  @AfterEach
  void leaveNoServer() {
    server().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroy);
    Await.until("the end of the server", AT_MOST, () -> server().isEmpty());
  }

  private JavaProcess run() {
    JavaProcess run = forwarder().start(Jdks.current(), "run");
    run.awaitLine("http: ", AT_MOST);
    return run;
  }

  private ForwarderSetup forwarder() {
    return new ForwarderSetup(directory, directory.resolve("queue"), null)
        .with(
            "embedded: { directory: " + directory.resolve("postgres") + " }", "http: { port: 0 }");
  }

  /** The server that the data directory names, if it lives. */
  private Optional<Long> server() {
    Path file = directory.resolve("postgres/18/data/postmaster.pid");
    try (Stream<String> lines = Files.lines(file)) {
      List<Long> pid = lines.limit(1).map(line -> Long.valueOf(line.strip())).toList();
      return pid.stream().filter(id -> ProcessHandle.of(id).isPresent()).findFirst();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
