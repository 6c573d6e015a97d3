package io.tokenledger.agent.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillSwitchTest {
  @TempDir Path directory;

  @Test
  void isOnWithoutTheFile() {
    KillSwitch killSwitch = new KillSwitch(directory.toString());
    killSwitch.poll();

    assertThat(killSwitch.off()).isFalse();
  }

  @Test
  void isOffAtTheFirstLookWhenTheFileIsThere() throws IOException {
    touch();
    KillSwitch killSwitch = new KillSwitch(directory.toString());
    assertThat(killSwitch.off()).isFalse();

    killSwitch.poll();

    assertThat(killSwitch.off()).isTrue();
  }

  @Test
  void followsTheFileWithinSeconds() throws IOException {
    KillSwitch killSwitch = new KillSwitch(directory.toString());
    killSwitch.poll();

    Path file = touch();
    assertThat(polled(killSwitch, killSwitch::off)).isTrue();
    Files.delete(file);
    assertThat(polled(killSwitch, () -> !killSwitch.off())).isTrue();
  }

  @Test
  void isOnWhereTheDirectoryIsMissing() {
    KillSwitch killSwitch = new KillSwitch(directory.resolve("gone").toString());
    killSwitch.poll();

    assertThat(killSwitch.off()).isFalse();
  }

  private Path touch() throws IOException {
    return Files.createFile(directory.resolve(KillSwitch.FILE_NAME));
  }

  private static boolean polled(KillSwitch killSwitch, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(20_000_000);
      killSwitch.poll();
    }
    return condition.getAsBoolean();
  }
}
