package io.tokenledger.agent.ledger;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link LedgerProgram} in a JVM of its own. Closing kills what still runs. */
final class LedgerProcess implements AutoCloseable {
  /** What the agent grants its own loader; leaving it out makes Chronicle fail to open. */
  static final List<String> MODULE_ACCESS =
      List.of(
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED");

  private static final long TIMEOUT_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;

  private LedgerProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static LedgerProcess start(List<String> jvmOptions, String what, Path base, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dbackground.releaser=false");
    command.add("-Dchronicle.disk.monitor.disable=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LedgerProgram.class.getName(), what, base.toString()));
    command.addAll(Arrays.asList(more));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new LedgerProcess(builder.start());
  }

  String readLine() throws IOException {
    return output.readLine();
  }

  void writeLine(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  /** Waits for the end of the process and gives its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + TIMEOUT_SECONDS + " s");
    }
    return process.exitValue();
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** The only source below a base. */
  static File onlySource(Path base) {
    File[] sources = base.toFile().listFiles(File::isDirectory);
    if (sources == null || sources.length != 1) {
      throw new AssertionError("not one source: " + Arrays.toString(sources));
    }
    return sources[0];
  }
}
