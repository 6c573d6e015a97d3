package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.ReplayProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code kill -9} of the application: a record is safe 250 ms after the response ended, the first
 * one of a process 1 s after. The waits here are the promise under test, not a guess at how long
 * something takes.
 */
class KilledApplicationIT {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofMillis(250);
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  @TempDir Path directory;

  static Stream<Jdks.Jdk> jdks() {
    return Jdks.all().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leavesTheFirstRowOfAProcessKilledASecondAfterItsAnswer(Jdks.Jdk jdk) {
    assertThat(recordsAfterKill(jdk, 1)).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void leavesEveryRowOfAProcessKilled250MillisecondsAfterItsLastAnswer(Jdks.Jdk jdk) {
    assertThat(recordsAfterKill(jdk, 5)).isEqualTo(5);
  }

  private int recordsAfterKill(Jdks.Jdk jdk, int calls) {
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "killed").endpoints(provider);
      try (JavaProcess application =
          JavaProcess.on(jdk)
              .jvm(setup.javaagent())
              .main(
                  Jars.applicationClassPath(),
                  "io.tokenledger.it.chaos.KillMain",
                  provider.url() + "/openai/v1/chat/completions")
              .start()) {
        application.awaitLine("ready", AT_MOST);
        for (int call = 1; call <= calls; call++) {
          application.send(String.valueOf(call));
          application.awaitLine("answered " + call, AT_MOST);
          waitFor(call == 1 ? FIRST : LATER);
        }
        application.kill();
      }
      return QueueContents.of(setup.queueDirectory()).exchanges().size();
    }
  }

  private static void waitFor(Duration promised) {
    long end = System.nanoTime() + promised.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
