package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Gives tests a real Postgres: one server per JVM, a new empty database for each {@link
 * PostgresSettings} parameter.
 *
 * <p>{@code -Dpg.mode=} {@code auto} (Docker where an engine runs and {@code pg.image} is already
 * there, else embedded), {@code docker}, {@code embedded}, or a JDBC URL with user and password.
 * One printed line says which and why.
 */
public final class PostgresExtension implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PostgresExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    engine(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == PostgresSettings.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return engine(context).newDatabase();
  }

  private static Engine engine(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Engine.class, type -> Engine.start(), Engine.class);
  }

  /** The server of this JVM; JUnit closes it when all tests are done. */
  private static final class Engine
      implements AutoCloseable, ExtensionContext.Store.CloseableResource {
    private final PostgresSettings admin;
    private final AutoCloseable server;

    private Engine(PostgresSettings admin, AutoCloseable server) {
      this.admin = admin;
      this.server = server;
    }

    static Engine start() {
      String mode = System.getProperty("pg.mode", "auto");
      String image = System.getProperty("pg.image", "postgres:18");
      if (mode.startsWith("jdbc:")) {
        say(mode.replaceAll("password=[^&]*", "password=..."), "pg.mode");
        return new Engine(new PostgresSettings(mode, null, null), () -> {});
      }
      if (mode.equals("embedded")) {
        return embedded("pg.mode");
      }
      boolean docker = DockerClientFactory.instance().isDockerAvailable();
      if (mode.equals("docker")) {
        if (!docker) {
          throw new IllegalStateException("pg.mode=docker but no Docker engine answers");
        }
        return container(image);
      }
      if (!mode.equals("auto")) {
        throw new IllegalArgumentException(
            "pg.mode=" + mode + ": auto, docker, embedded or jdbc:...");
      }
      if (!docker) {
        return embedded("no Docker engine");
      }
      return isPresent(image) ? container(image) : embedded("image " + image + " is not there");
    }

    private static Engine embedded(String why) {
      try {
        Path directory = Files.createTempDirectory("tokenledger-postgres-");
        EmbeddedPostgres server = EmbeddedPostgres.open(directory);
        say("embedded " + PostgresBinaries.VERSION, why);
        return new Engine(
            server.settings(),
            () -> {
              server.close();
              deleteAll(directory);
            });
      } catch (IOException failure) {
        throw new IllegalStateException(failure);
      }
    }

    private static Engine container(String image) {
      PostgreSQLContainer container =
          new PostgreSQLContainer(
              DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
      container.start();
      say("testcontainers:" + image, "Docker answers and has the image");
      return new Engine(
          new PostgresSettings(
              container.getJdbcUrl(), container.getUsername(), container.getPassword()),
          container);
    }

    private static boolean isPresent(String image) {
      try {
        DockerClientFactory.instance().client().inspectImageCmd(image).exec();
        return true;
      } catch (RuntimeException absent) {
        return false;
      }
    }

    PostgresSettings newDatabase() {
      String name = "t" + UUID.randomUUID().toString().replace("-", "");
      try (Connection connection =
              DriverManager.getConnection(admin.url(), admin.user(), admin.password());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
        // For the questions that tests ask; what the forwarder says carries the schema's name.
        statement.execute("ALTER DATABASE " + name + " SET search_path = token_ledger");
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
      String url = admin.url().replaceFirst("(jdbc:postgresql://[^/]+/)[^?]*", "$1" + name);
      return new PostgresSettings(url, admin.user(), admin.password());
    }

    private static void say(String engine, String why) {
      System.out.println("[postgres] engine=" + engine + " (" + why + ")");
    }

    private static void deleteAll(Path directory) throws IOException {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }

    @Override
    public void close() throws Exception {
      server.close();
    }
  }
}
