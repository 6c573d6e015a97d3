package io.tokenledger.it.harness;

import io.tokenledger.forwarder.store.PostgresSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The forwarder's jar as a process, with a configuration in a directory of its own. */
public final class ForwarderSetup {
  private static final Duration AT_MOST = Duration.ofSeconds(90);

  private final Path directory;
  private final Path queueDirectory;
  private final PostgresSettings postgres;
  private String keep = "24h";
  private final List<String> more = new ArrayList<>();
  private final List<String> jvm = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();

  /**
   * @param postgres the ledger, or null for the forwarder's own embedded Postgres
   */
  public ForwarderSetup(Path directory, Path queueDirectory, PostgresSettings postgres) {
    this.directory = directory;
    this.queueDirectory = queueDirectory;
    this.postgres = postgres;
  }

  public Path queueDirectory() {
    return queueDirectory;
  }

  /** Adds lines of YAML as they are. */
  public ForwarderSetup with(String... lines) {
    more.addAll(List.of(lines));
    return this;
  }

  /** {@code queue.keep}. */
  public ForwarderSetup keep(String time) {
    keep = time;
    return this;
  }

  /** Adds to the environment of its processes. */
  public ForwarderSetup environment(Map<String, String> more) {
    environment.putAll(more);
    return this;
  }

  /** Adds options of the forwarder's JVM. */
  public ForwarderSetup jvm(String... options) {
    jvm.addAll(List.of(options));
    return this;
  }

  /** Runs a command to its end and fails when it fails. */
  public JavaProcess done(String... command) {
    JavaProcess process = start(Jdks.current(), command);
    int exit = process.exitCode(AT_MOST);
    if (exit != 0) {
      throw new AssertionError(
          "forwarder " + List.of(command) + " ended with " + exit + "\n" + process.transcript());
    }
    return process;
  }

  /** Starts a command. */
  public JavaProcess start(Jdks.Jdk jdk, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.add("--config");
    arguments.add(file().toString());
    JavaProcess.Builder builder = JavaProcess.on(jdk).in(directory).jvm(jvm.toArray(String[]::new));
    if (postgres != null && postgres.password() != null) {
      builder.environment("LEDGER_PASSWORD", postgres.password());
    }
    environment.forEach(builder::environment);
    return builder.jar(Jars.forwarder(), arguments.toArray(new String[0])).start();
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }

  private Path file() {
    List<String> lines = new ArrayList<>();
    lines.add("queue: { directory: " + queueDirectory + ", keep: " + keep + " }");
    if (postgres != null) {
      lines.add("postgres:");
      lines.add("  url: \"" + postgres.url() + "\"");
      if (postgres.user() != null) {
        lines.add("  user: " + postgres.user());
        lines.add("  password: \"${LEDGER_PASSWORD}\"");
      }
    }
    lines.addAll(more);
    return ConfigurationFile.write(directory.resolve("forwarder.yml"), lines);
  }
}
