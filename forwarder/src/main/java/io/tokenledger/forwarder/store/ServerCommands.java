package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs Postgres' own programs: they do the work, their log says what went wrong. */
final class ServerCommands {
  private static final int START_SECONDS = 60;

  private final Path bin;
  private final Path data;
  private final Path log;

  ServerCommands(Path home, Path data, Path log) {
    this.bin = home.resolve("bin");
    this.data = data;
    this.log = log;
  }

  void initialise(Path target, String user, Path passwordFile) throws IOException {
    run(
        "initdb",
        "-D",
        target.toString(),
        "-U",
        user,
        "-A",
        "scram-sha-256",
        "--pwfile=" + passwordFile,
        "-E",
        "UTF8",
        "--locale=C",
        // Seconds on a busy disk, for files that hold no record yet.
        "--no-sync");
  }

  /** Durable on purpose: this may be somebody's only ledger. */
  void start(int port) throws IOException {
    String options =
        "-p "
            + port
            + " -c listen_addresses=127.0.0.1"
            + " -c unix_socket_directories="
            + " -c fsync=on -c synchronous_commit=on -c full_page_writes=on"
            + " -c timezone=UTC";
    run(
        "pg_ctl",
        "-D",
        data.toString(),
        "-l",
        log.resolveSibling("server.log").toString(),
        "-o",
        options,
        "-w",
        "-t",
        Integer.toString(START_SECONDS),
        "start");
  }

  void stop() throws IOException {
    run("pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "stop");
  }

  /** Whether the process that the data directory names as its server lives, ready or not. */
  static boolean isServerAlive(Path data) throws IOException {
    Path file = data.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return false;
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    try {
      return !lines.isEmpty()
          && ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
              .flatMap(process -> process.info().command())
              .filter(command -> command.endsWith("postgres"))
              .isPresent();
    } catch (NumberFormatException unfinished) {
      return false;
    }
  }

  private void run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      // Postgres refuses to run as root; in a user namespace of its own root is nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException failure) {
      throw new StoreException(
          "The embedded Postgres cannot run "
              + command.get(0)
              + " ("
              + failure.getMessage()
              + "): configure postgres.url, or start as a user other than root.",
          failure);
    }
    try {
      if (!process.waitFor(START_SECONDS + 30L, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new StoreException(
            "The embedded Postgres in "
                + data
                + " did not answer to "
                + program
                + " in time: see "
                + log
                + ".");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          "Interrupted while " + program + " ran on " + data + ".", interrupted);
    }
    if (process.exitValue() != 0) {
      throw new StoreException(
          "The embedded Postgres in "
              + data
              + " failed at "
              + program
              + " ("
              + lastLine()
              + "): see "
              + log.getParent()
              + ", or configure postgres.url."
              + (isRoot() ? " As root it needs permission for `unshare -U`." : ""));
    }
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    lines.removeIf(String::isBlank);
    return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1).strip();
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return false;
    }
  }
}
