package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * Leaves a sign of life in the queue directory each time that a drain found everything committed or
 * committed something: agents outlive forwarders, and who looks from outside sees by the age of one
 * file that nobody drains any more. It lies beside the sources, never in one. Not thread-safe.
 */
public final class Heartbeat implements DrainObserver {
  /** Its name in the queue directory; {@code docs/operations.md} shows what to do with it. */
  public static final String FILE = "forwarder.heartbeat";

  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private final Path file;
  private final Consumer<String> notices;
  private long last;
  private boolean beaten;
  private boolean told;

  /**
   * @param notices is told once when it cannot be written
   */
  public Heartbeat(Path queues, Consumer<String> notices) {
    this.file = queues.resolve(FILE);
    this.notices = notices;
  }

  @Override
  public void committed(Commit commit) {
    beat();
  }

  @Override
  public void turned(int heldElsewhere) {
    beat();
  }

  private void beat() {
    if (beaten && System.nanoTime() - last < BETWEEN.toNanos()) {
      return;
    }
    last = System.nanoTime();
    beaten = true;
    byte[] text =
        (Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + " forwarder, process "
                + ProcessHandle.current().pid()
                + "\n")
            .getBytes(StandardCharsets.UTF_8);
    try {
      write(text);
    } catch (NoSuchFileException noDirectory) {
      // No agent was here yet, and the drain says so.
    } catch (IOException failure) {
      if (!told) {
        told = true;
        notices.accept(
            "Sign of life "
                + file
                + " cannot be written ("
                + failure
                + "): a check from outside takes this forwarder for dead; let it write in"
                + " queue.directory.");
      }
    }
  }

  private void write(byte[] text) throws IOException {
    try {
      Files.write(file, text);
    } catch (AccessDeniedException ofAnotherUser) {
      Files.deleteIfExists(file);
      Files.write(file, text);
    }
  }
}
