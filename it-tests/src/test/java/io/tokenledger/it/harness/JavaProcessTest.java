package io.tokenledger.it.harness;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class JavaProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration IMPATIENT = Duration.ofMillis(100);

  /** An application that stops before it has said all. */
  static final class Hanging {
    private Hanging() {}

    public static void main(String[] args) {
      System.out.println("first");
      hang();
    }

    private static void hang() {
      while (true) {
        LockSupport.park();
      }
    }
  }

  @Test
  void tellsWhatAProcessDoesWhoseLineDoesNotCome() {
    try (JavaProcess process = JavaProcess.on(Jdks.current()).main(Hanging.class).start()) {
      process.awaitLine("first", LIMIT);

      assertThatThrownBy(() -> process.awaitLine("second", IMPATIENT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(
              "waited 0.1 s in vain for a line of output that begins with 'second'")
          .hasMessageContaining("first")
          .hasMessageContaining(Hanging.class.getName() + ".hang");
    }
  }

  @Test
  void tellsWhatAProcessDoesThatDoesNotEnd() {
    try (JavaProcess process = JavaProcess.on(Jdks.current()).main(Hanging.class).start()) {
      process.awaitLine("first", LIMIT);

      assertThatThrownBy(() -> process.exitCode(IMPATIENT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("waited 0.1 s in vain for its exit")
          .hasMessageContaining(Hanging.class.getName() + ".hang");
    }
  }

  @Test
  void doesNotWaitForAProcessThatHasEnded() {
    try (JavaProcess process =
        JavaProcess.on(Jdks.current()).main(JavaProcess.testClassPath(), "no.such.Main").start()) {
      assertThatThrownBy(() -> process.awaitLine("anything", LIMIT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("the process ended with exit code 1")
          .hasMessageContaining("no.such.Main");
    }
  }
}
