package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/**
 * A Postgres of our own, for trying out: own data directory, loopback only, with a password,
 * durable. A second command connects to the running server; a server whose owner died or left is
 * adopted; nobody stops what another process answers for, nor what others are connected to.
 *
 * <p>Built on the server programs alone: the library they come with starts a server that trusts
 * everybody and does not sync, and stops whatever it finds.
 *
 * <pre>
 * directory/18/server-18.6.0/   programs
 *              data/            the database
 *              password, port, owner, lock, command.log, server.log
 * </pre>
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String USER = "tokenledger";
  private static final String DATABASE = "ledger";
  private static final String STARTING_UP = "57P03";
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final long POLL_NANOS = 20_000_000L;

  private final Path home;
  private final ServerCommands server;
  private final int port;
  private final String password;
  private final boolean ours;

  private EmbeddedPostgres(
      Path home, ServerCommands server, int port, String password, boolean ours) {
    this.home = home;
    this.server = server;
    this.port = port;
    this.password = password;
    this.ours = ours;
  }

  /**
   * Starts a server whose files live below a directory, or connects to the one that runs there.
   *
   * @throws StoreException when it cannot start
   */
  public static EmbeddedPostgres open(Path directory) {
    Path home = directory.toAbsolutePath().resolve(PostgresBinaries.MAJOR);
    try {
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (FileChannel channel = lockFile(home);
          FileLock lock = acquire(channel, home)) {
        return openLocked(home);
      }
    } catch (IOException failure) {
      throw new StoreException(
          "The embedded Postgres cannot use "
              + home
              + " ("
              + failure
              + "): make it writable, or configure postgres.url.",
          failure);
    }
  }

  /** How to connect to it. */
  public PostgresSettings settings() {
    return new PostgresSettings(url(port, DATABASE), USER, password);
  }

  /** Whether this process started or adopted the server. */
  public boolean isOurs() {
    return ours;
  }

  /**
   * Stops the server when nobody else is connected, unless another process that lives has started
   * or adopted it. One whose owner left while others were connected is stopped by the last of them.
   */
  @Override
  public void close() {
    try (FileChannel channel = lockFile(home);
        FileLock lock = acquire(channel, home)) {
      if (!Owner.isThisProcess(home) && Owner.isAlive(home)) {
        return;
      }
      Owner.clear(home);
      if (ServerCommands.isServerAlive(home.resolve("data")) && othersConnected() == 0) {
        server.stop();
      }
    } catch (IOException | SQLException failure) {
      throw new StoreException(
          "The embedded Postgres in "
              + home
              + " could not be stopped ("
              + failure.getMessage()
              + "); the next command adopts it.",
          failure);
    }
  }

  private static EmbeddedPostgres openLocked(Path home) throws IOException {
    Path data = home.resolve("data");
    ServerCommands server =
        new ServerCommands(PostgresBinaries.unpack(home), data, home.resolve("command.log"));
    Path passwordFile = home.resolve("password");
    if (!Files.exists(data)) {
      Files.deleteIfExists(passwordFile);
      Files.writeString(
          Files.createFile(
              passwordFile,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
          randomPassword());
      Path unfinished = Files.createTempDirectory(home, "initialising-");
      server.initialise(unfinished, USER, passwordFile);
      Files.move(unfinished, data);
    }
    String password = Files.readString(passwordFile).strip();
    int port = recordedPort(home);
    boolean running = port > 0 && answers(port, password, data);
    if (!running) {
      port = freePort(port);
      // Before it starts: who is killed meanwhile leaves a server that can be found.
      Files.writeString(home.resolve("port"), Integer.toString(port));
      server.start(port);
    }
    ensureDatabase(port, password);
    boolean ours = !running || !Owner.isAlive(home);
    if (ours) {
      Owner.write(home);
    }
    return new EmbeddedPostgres(home, server, port, password, ours);
  }

  /**
   * The password is unique to the data directory, so a server that takes it is the right one. Waits
   * for one that is starting: its starter may have been killed.
   */
  private static boolean answers(int port, String password, Path data) throws IOException {
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (true) {
      try (Connection connection = connect(port, "postgres", password)) {
        return true;
      } catch (SQLException failure) {
        boolean starting =
            STARTING_UP.equals(failure.getSQLState()) || ServerCommands.isServerAlive(data);
        if (!starting || System.nanoTime() > deadline) {
          return false;
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private static void ensureDatabase(int port, String password) {
    try (Connection connection = connect(port, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    } catch (SQLException failure) {
      throw PostgresErrors.explain(
          failure, new PostgresSettings(url(port, "postgres"), USER, null));
    }
  }

  private int othersConnected() throws SQLException {
    try (Connection connection = connect(port, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    + " AND pid <> pg_backend_pid()")) {
      count.next();
      return count.getInt(1);
    }
  }

  private static Connection connect(int port, String database, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    return DriverManager.getConnection(url(port, database), properties);
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  private static int recordedPort(Path home) throws IOException {
    Path file = home.resolve("port");
    try {
      return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    } catch (NumberFormatException damaged) {
      return 0;
    }
  }

  private static int freePort(int preferred) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket probe = new ServerSocket(Math.max(preferred, 0), 1, loopback)) {
      return probe.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket probe = new ServerSocket(0, 1, loopback)) {
        return probe.getLocalPort();
      }
    }
  }

  private static String randomPassword() {
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  private static FileChannel lockFile(Path home) throws IOException {
    return FileChannel.open(
        home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static FileLock acquire(FileChannel channel, Path home) throws IOException {
    long deadline = System.nanoTime() + 2 * WAIT.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException sameProcess) {
        // another thread of this process is starting or stopping it
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new IOException("another command has held " + home.resolve("lock") + " for two minutes");
  }

  /** Which process answers for the server: pid and start time, since pids are used again. */
  private static final class Owner {
    static void write(Path home) throws IOException {
      Files.writeString(home.resolve("owner"), describe(ProcessHandle.current()));
    }

    static boolean isThisProcess(Path home) throws IOException {
      return read(home).equals(describe(ProcessHandle.current()));
    }

    static boolean isAlive(Path home) throws IOException {
      String owner = read(home);
      if (owner.isEmpty()) {
        return false;
      }
      try {
        return ProcessHandle.of(Long.parseLong(owner.substring(0, owner.indexOf(' '))))
            .filter(process -> describe(process).equals(owner))
            .isPresent();
      } catch (NumberFormatException | StringIndexOutOfBoundsException damaged) {
        return false;
      }
    }

    static void clear(Path home) throws IOException {
      Files.deleteIfExists(home.resolve("owner"));
    }

    private static String read(Path home) throws IOException {
      Path file = home.resolve("owner");
      return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private static String describe(ProcessHandle process) {
      return process.pid() + " " + process.info().startInstant().map(Object::toString).orElse("?");
    }
  }
}
