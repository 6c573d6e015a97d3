package io.tokenledger.it.overhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What open streams hold, in a process of its own; {@code it-tests/benchmarks memory} at length.
 */
@EnabledOnOs(OS.LINUX)
class InFlightIT {
  private static final int STREAMS = 1_000;
  private static final long HEAP = 8 << 10;
  private static final long NATIVE_OF_GZIP = 48 << 10;

  /** What a MiB of stream may leave behind, and how far resident memory is from exact. */
  private static final long ROUNDING = 1 << 10;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aStreamHoldsAtMostItsBudgetHoweverLongItIsAndGzipGivesItsMemoryBack(Jdks.Jdk jdk) {
    Map<String, long[]> measured = new HashMap<>();
    try (JavaProcess process =
        JavaProcess.on(jdk)
            .jvm("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC")
            .main(InFlight.class, Integer.toString(STREAMS))
            .start()) {
      assertThat(process.exitCode(Duration.ofMinutes(3))).as(process.transcript()).isZero();
      for (String line : process.out()) {
        String[] parts = line.split("\t");
        measured.put(
            parts[0],
            new long[] {
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]),
              Long.parseLong(parts[3]),
              Long.parseLong(parts[4])
            });
      }
      for (String what : List.of("plain", "gzip", "tapped JDK client's path")) {
        long[] bytes = measured.get(what);
        assertThat(bytes[0]).as(process.transcript()).isBetween(1L, HEAP);
        assertThat(bytes[1]).as(process.transcript()).isBetween(1L, bytes[0] + ROUNDING);
      }
      assertThat(measured.get("gzip")[3]).as(process.transcript()).isBetween(1L, NATIVE_OF_GZIP);
      // What the first thousand gave back serves the second.
      assertThat(measured.get("gzip again")[3])
          .as(process.transcript())
          .isLessThan(NATIVE_OF_GZIP / 4);
    }
  }
}
