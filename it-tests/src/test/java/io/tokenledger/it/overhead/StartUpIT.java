package io.tokenledger.it.overhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.Jdks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guards the start against what costs a library, not a millisecond: few rounds, minima, and bounds
 * that a busy machine keeps too. The figures themselves are {@code it-tests/overhead}'s.
 */
@EnabledOnOs(OS.LINUX)
class StartUpIT {
  private static final int ROUNDS = 5;
  private static final String CPU = "trivial main, CPU ms";

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void costsNotMuchMoreThanAnEmptyAgentAndNoThread(Jdks.Jdk jdk) throws IOException {
    Measures measures =
        new Measures(jdk)
            .variant("none")
            .variant("empty", "-javaagent:" + EmptyAgent.jar(directory))
            .variant("ours", new AgentSetup(directory, "start-up").javaagent());
    for (int round = 0; round < ROUNDS; round++) {
      measures.run("trivial main", Trivial.class);
    }

    double none = measures.min(CPU, "none");
    double empty = measures.min(CPU, "empty");
    assertThat(measures.min(CPU, "ours") - empty)
        .as("what is ours, against what any agent costs%n%s", measures.table())
        .isLessThan(Math.max(50, 1.5 * (empty - none)));
    assertThat(measures.min("java threads, idle", "ours"))
        .isEqualTo(measures.min("java threads, idle", "none"));
    assertThat(measures.min("anonymous memory, MiB, idle", "ours"))
        .as(measures.table())
        .isLessThan(measures.min("anonymous memory, MiB, idle", "none") + 8);
  }
}
