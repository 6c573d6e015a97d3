package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A PgBouncer of the machine's own package in transaction mode, on loopback, before one server, to
 * which it keeps two connections per role.
 */
public final class PgBouncer implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));

  private final Path directory;
  private final Process process;
  private final int port;

  private PgBouncer(Path directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.port = port;
  }

  public static boolean isInstalled() {
    return PLACES.stream().anyMatch(Files::isExecutable);
  }

  /**
   * @param passwords of the roles that may come
   */
  public static PgBouncer start(PostgresServer postgres, Map<String, String> passwords)
      throws IOException, InterruptedException {
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    // Not below JUnit's: as root it becomes somebody who may not look into that.
    Path directory =
        Files.createTempDirectory(
            "pgbouncer-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path users = directory.resolve("users.txt");
    Files.write(
        users,
        passwords.entrySet().stream()
            .map(user -> "\"" + user.getKey() + "\" \"" + user.getValue() + "\"")
            .toList());
    Path ini = directory.resolve("pgbouncer.ini");
    Files.write(
        ini,
        List.of(
            "[databases]",
            "* = host=127.0.0.1 port=" + postgres.port(),
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            "listen_port = " + port,
            "unix_socket_dir =",
            "auth_type = scram-sha-256",
            "auth_file = " + users,
            "pool_mode = transaction",
            "default_pool_size = 2",
            "max_client_conn = 50",
            "ignore_startup_parameters = extra_float_digits"));
    List<String> command = new ArrayList<>();
    command.add(PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow().toString());
    if (Integer.valueOf(0)
        .equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
      command.addAll(List.of("-u", "nobody"));
    }
    command.add(ini.toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    PgBouncer bouncer = new PgBouncer(directory, process, port);
    bouncer.awaitPort();
    return bouncer;
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private void awaitPort() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(
              "pgbouncer does not listen: " + Files.readString(directory.resolve("log")), notYet);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }
}
