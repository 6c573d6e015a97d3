package io.tokenledger.it.harness;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A spawned JVM whose output is collected; killed when closed. */
public final class JavaProcess implements AutoCloseable {
  private final Jdks.Jdk jdk;
  private final Process process;
  private final List<String> out = new ArrayList<>();
  private final List<String> err = new ArrayList<>();
  private final Thread outReader;
  private final Thread errReader;

  private JavaProcess(Jdks.Jdk jdk, Process process) {
    this.jdk = jdk;
    this.process = process;
    this.outReader = collect(process.inputReader(StandardCharsets.UTF_8), out);
    this.errReader =
        collect(
            new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)),
            err);
  }

  /** What to start. */
  public static Builder on(Jdks.Jdk jdk) {
    return new Builder(jdk);
  }

  /** The class path of the running tests, as one string. */
  public static String testClassPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  public long pid() {
    return process.pid();
  }

  /** What it spent on processors so far; 0 once it has ended. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1e3;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The lines of standard output so far. */
  public List<String> out() {
    synchronized (out) {
      return List.copyOf(out);
    }
  }

  /** The lines of standard error so far. */
  public List<String> err() {
    synchronized (err) {
      return List.copyOf(err);
    }
  }

  /** Waits for the exit; fails with the output and the threads when it takes longer. */
  public int exitCode(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        String state = state();
        process.destroyForcibly();
        throw new AssertionError(Await.inVain("its exit", atMost) + "\n" + state);
      }
      outReader.join();
      errReader.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a line of standard output; fails as {@link #await} does when none comes. */
  public String awaitLine(String beginning, Duration atMost) {
    return await(
        "a line of output that begins with '" + beginning + "'",
        atMost,
        () -> out().stream().filter(line -> line.startsWith(beginning)).findFirst().orElse(null));
  }

  /**
   * Waits for something that this process does: a value that is not null. Fails with the output and
   * what its threads are doing when it takes longer, and at once when the process has ended.
   */
  public <T> T await(String what, Duration atMost, Supplier<T> supplier) {
    return Await.value(
        what, atMost, supplier, () -> process.isAlive() ? null : ended(), this::state);
  }

  /** Waits for something that this process does to become true; fails as {@link #await}. */
  public void awaitUntil(String what, Duration atMost, BooleanSupplier condition) {
    await(what, atMost, () -> condition.getAsBoolean() ? Boolean.TRUE : null);
  }

  /** Sends a line to standard input. */
  public void send(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM; through the handle, since {@code Process.destroy} would close the output, too. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** SIGKILL, and waits for the end. */
  public void kill() {
    process.toHandle().destroyForcibly();
    exitCode(Duration.ofSeconds(10));
  }

  /** Everything printed, for failure messages. */
  public String transcript() {
    return "--- stdout\n" + String.join("\n", out()) + "\n--- stderr\n" + String.join("\n", err());
  }

  private String ended() {
    return "the process ended with exit code " + process.exitValue() + "\n" + transcript();
  }

  /** The transcript and what the threads are doing at the moment, for failure messages. */
  public String state() {
    return transcript()
        + "\n--- threads\n"
        + (process.isAlive() ? ThreadDump.of(jdk, pid()) : "none: it has ended");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static Thread collect(BufferedReader reader, List<String> lines) {
    Thread thread =
        new Thread(
            () -> {
              try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  synchronized (lines) {
                    lines.add(line);
                  }
                }
              } catch (IOException closed) {
                // the process was killed
              }
            },
            "output-of-child");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Collects the parts of a command line. */
  public static final class Builder {
    private final Jdks.Jdk jdk;
    private final List<String> jvmArguments = new ArrayList<>();
    private final Map<String, String> environment = new java.util.HashMap<>();
    private List<String> command = List.of();
    private Path directory;

    private Builder(Jdks.Jdk jdk) {
      this.jdk = jdk;
    }

    public Builder jvm(String... arguments) {
      jvmArguments.addAll(List.of(arguments));
      return this;
    }

    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    public Builder in(Path directory) {
      this.directory = directory;
      return this;
    }

    /** Runs a class of the tests' own class path. */
    public Builder main(Class<?> main, String... arguments) {
      return main(testClassPath(), main.getName(), arguments);
    }

    public Builder main(String classPath, String main, String... arguments) {
      List<String> all = new ArrayList<>(List.of("-cp", classPath, main));
      all.addAll(List.of(arguments));
      this.command = all;
      return this;
    }

    public Builder jar(Path jar, String... arguments) {
      List<String> all = new ArrayList<>(List.of("-jar", jar.toString()));
      all.addAll(List.of(arguments));
      this.command = all;
      return this;
    }

    public JavaProcess start() {
      List<String> all = new ArrayList<>();
      all.add(jdk.java().toString());
      all.addAll(jvmArguments);
      all.addAll(command);
      ProcessBuilder builder = new ProcessBuilder(all);
      for (String inherited : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
        builder.environment().remove(inherited);
      }
      builder.environment().putAll(environment);
      if (directory != null) {
        builder.directory(new File(directory.toString()));
      }
      try {
        return new JavaProcess(jdk, builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot start " + all.stream().collect(Collectors.joining(" ")), e);
      }
    }
  }
}
