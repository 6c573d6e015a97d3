package io.tokenledger.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the threads of a spawned JVM are doing at the moment, for failure messages. */
final class ThreadDump {
  /** A JVM that no longer comes to a safepoint gives no dump, and must not hold up the failure. */
  private static final int PATIENCE_SECONDS = 20;

  private ThreadDump() {}

  /** The threads that run Java code with their stacks, or why they cannot be told; never throws. */
  static String of(Jdks.Jdk jdk, long pid) {
    Path jcmd = jdk.home().resolve("bin").resolve("jcmd");
    if (!Files.isExecutable(jcmd)) {
      return "not to be had: there is no " + jcmd;
    }
    try {
      Path text = Files.createTempFile("threads", ".txt");
      try {
        return dump(jcmd, pid, text);
      } finally {
        Files.delete(text);
      }
    } catch (IOException e) {
      return "not to be had: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "not to be had: interrupted";
    }
  }

  /** Into a file: a full pipe would stop the command. */
  private static String dump(Path jcmd, long pid, Path text)
      throws IOException, InterruptedException {
    Process command =
        new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "Thread.print")
            .redirectErrorStream(true)
            .redirectOutput(text.toFile())
            .start();
    if (!command.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      command.destroyForcibly();
      return "not to be had: process " + pid + " gave none within " + PATIENCE_SECONDS + " s";
    }
    String printed = Files.readString(text);
    return command.exitValue() == 0 ? withStacks(printed) : "not to be had: " + printed;
  }

  private static String withStacks(String printed) {
    return Stream.of(printed.split("\n\n"))
        .filter(thread -> thread.contains("\tat "))
        .collect(Collectors.joining("\n\n"));
  }
}
