package io.tokenledger.it.harness;

import io.tokenledger.forwarder.store.EmbeddedPostgres;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Postgres of a test's own that it stops, starts, copies and sets back. Not thread-safe. Not
 * durable against a crash of the machine, which no test makes.
 */
public final class PostgresServer implements AutoCloseable {
  private static final int SECONDS = 60;

  /**
   * Below what Linux gives to outgoing connections, so that nobody takes it while it is stopped.
   */
  private static final int LOWEST_PORT = 21_000;

  private static final int HIGHEST_PORT = 31_000;

  private final Path home;
  private final int port;
  private final PostgresSettings settings;
  private boolean running;

  private PostgresServer(Path home, int port, PostgresSettings settings) {
    this.home = home;
    this.port = port;
    this.settings = settings;
  }

  /** Makes a new server with an empty database, and starts it. */
  public static PostgresServer start(Path directory) {
    PostgresSettings made;
    try (EmbeddedPostgres once = EmbeddedPostgres.open(directory)) {
      made = once.settings();
    }
    int port = freePort();
    String url = made.url().replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:" + port);
    PostgresServer server =
        new PostgresServer(
            directory.resolve("18"), port, new PostgresSettings(url, made.user(), made.password()));
    server.start();
    return server;
  }

  /** How to connect to it; stays the same. */
  public PostgresSettings settings() {
    return settings;
  }

  public boolean isRunning() {
    return running;
  }

  public void start() {
    command(
        "-l",
        home.resolve("server.log").toString(),
        "-o",
        "-p "
            + port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
            + " -c timezone=UTC",
        "-t",
        Integer.toString(SECONDS),
        "start");
    running = true;
  }

  /**
   * @param mode {@code fast} rolls back and breaks all connections, {@code immediate} is a crash
   */
  public void stop(String mode) {
    command("-m", mode, "stop");
    running = false;
  }

  /** Keeps a copy of all that is committed, in place of the one before; stops it for that. */
  public void keepBase() {
    stop("fast");
    delete(home.resolve("base"));
    copy(home.resolve("data"), home.resolve("base"));
    start();
  }

  /** Sets it back to the copy. */
  public void restoreBase() {
    if (running) {
      stop("immediate");
    }
    delete(home.resolve("data"));
    copy(home.resolve("base"), home.resolve("data"));
    start();
  }

  @Override
  public void close() {
    if (running) {
      stop("immediate");
    }
  }

  private void command(String... arguments) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // Postgres refuses to run as root; in a user namespace of its own root is nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(programs().resolve("pg_ctl").toString());
    command.addAll(List.of("-D", home.resolve("data").toString(), "-w"));
    command.addAll(List.of(arguments));
    Path log = home.resolve("command.log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " failed:\n" + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Path programs() {
    try (Stream<Path> entries = Files.list(home)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("server-"))
          .findFirst()
          .orElseThrow()
          .resolve("bin");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    for (int port = LOWEST_PORT + (int) (ProcessHandle.current().pid() % 5_000);
        port < HIGHEST_PORT;
        port++) {
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        // the next one
      }
    }
    throw new IllegalStateException("no free port below " + HIGHEST_PORT);
  }

  private static void delete(Path directory) {
    DirectoryTree.delete(directory);
  }

  private static void copy(Path from, Path to) {
    DirectoryTree.copy(from, to);
  }
}
