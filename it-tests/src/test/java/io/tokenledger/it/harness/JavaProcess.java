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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A spawned JVM whose output is collected; killed when closed. */
public final class JavaProcess implements AutoCloseable {
  private final Process process;
  private final List<String> out = new ArrayList<>();
  private final List<String> err = new ArrayList<>();
  private final Thread outReader;
  private final Thread errReader;

  private JavaProcess(Process process) {
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

  /** Waits for the exit; fails with the output when it takes longer. */
  public int exitCode(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no exit within " + atMost + "\n" + transcript());
      }
      outReader.join();
      errReader.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until a line of standard output fits; fails with the output when none comes. */
  public String awaitLine(Predicate<String> fits, Duration atMost) {
    return Await.value(
        "a line of output",
        atMost,
        () -> out().stream().filter(fits).findFirst().orElse(null),
        () -> !process.isAlive() ? transcript() : null,
        this::transcript);
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
        return new JavaProcess(builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot start " + all.stream().collect(Collectors.joining(" ")), e);
      }
    }
  }
}
