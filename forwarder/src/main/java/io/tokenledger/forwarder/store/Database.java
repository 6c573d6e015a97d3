package io.tokenledger.forwarder.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.SortedSet;

/** The pool of connections to the ledger. Thread-safe. */
public final class Database implements AutoCloseable {
  /** One for the drain, one for who asks meanwhile; COPY does not get faster with more. */
  private static final int CONNECTIONS = 2;

  /** A few of these one after the other must fit in the time that a container has to stop. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * How long a server may say nothing to a drain. No statement of a drain comes near it; longer
   * ones are left to commands, whose connections have no limit.
   */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private final PostgresSettings settings;
  private final HikariConfig config;
  private final SortedSet<Integer> known = MigrationSteps.known();
  private volatile HikariDataSource pool;

  private Database(PostgresSettings settings, HikariConfig config) {
    this.settings = settings;
    this.config = config;
    this.pool = new HikariDataSource(config);
  }

  /**
   * For a drain: connects with the first question that is asked, to a server that may come later.
   *
   * @throws StoreException when the address is none
   */
  public static Database unconnected(PostgresSettings settings) {
    return open(settings, Duration.ofMillis(-1), SILENCE);
  }

  /**
   * For a drain: a connection over which nothing is heard for five minutes is given up ({@code
   * socketTimeout} in the URL says otherwise), so that a server that vanished is found out.
   *
   * @throws StoreException as {@link #open}
   */
  public static Database openToDrain(PostgresSettings settings) {
    return open(settings, Duration.ofMillis(1), SILENCE);
  }

  /**
   * Connects; makes no schema.
   *
   * @throws StoreException when the server refuses, the password is wrong, the database is missing
   */
  public static Database open(PostgresSettings settings) {
    return open(settings, Duration.ofMillis(1), Duration.ZERO);
  }

  private static Database open(PostgresSettings settings, Duration failAfter, Duration silence) {
    if (!settings.url().startsWith("jdbc:postgresql:")) {
      throw new StoreException(
          "postgres.url '"
              + settings.place()
              + "' is no address of a Postgres: write jdbc:postgresql://host:port/database.");
    }
    HikariConfig config = new HikariConfig();
    config.setPoolName("tokenledger");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    config.setInitializationFailTimeout(failAfter.toMillis());
    // As text: the driver does not see values of other types.
    config.addDataSourceProperty("ApplicationName", "tokenledger-forwarder");
    config.addDataSourceProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("socketTimeout", Long.toString(silence.toSeconds()));
    config.addDataSourceProperty("socketFactory", WatchedSocketFactory.class.getName());
    // No session state, so that PgBouncer may give each transaction another session: nothing is set
    // on a connection, names carry their schema, and no statement is prepared on the server.
    config.addDataSourceProperty("prepareThreshold", "0");
    // Else the driver sets on the session what it could not know to be there.
    config.addDataSourceProperty("assumeMinServerVersion", "14");
    config.setExceptionOverride(new LostPrimary());
    try {
      config.setJdbcUrl(settings.url());
      if (settings.user() != null) {
        config.setUsername(settings.user());
      }
      if (settings.password() != null) {
        config.setPassword(settings.password());
      }
      return new Database(settings, config);
    } catch (RuntimeException failure) {
      throw PostgresErrors.explain(failure, settings);
    }
  }

  /** Brings the schema up to this version; a no-op when it is. */
  public MigrationResult migrate() {
    return migrate(MigrateMode.AUTO);
  }

  /**
   * Makes sure that the schema serves this version. A later schema does as long as it admits this
   * version.
   *
   * @throws StoreException when it does not, and cannot be made to
   */
  public MigrationResult migrate(MigrateMode mode) {
    try (Connection connection = connect()) {
      return new SchemaMigration(settings).run(connection, mode);
    } catch (SQLException failure) {
      throw explain(failure);
    }
  }

  /**
   * Gives a role what a forwarder needs, now and after each migration: it reads all, inserts and
   * updates. Needs the owner of the schema.
   *
   * @throws StoreException when there is no such role, or this one may not grant
   */
  public void grantWriter(String role) {
    new SchemaMigration(settings).grant(role, RoleGrants.Kind.WRITER);
  }

  /**
   * Gives a role what the commands need that read, now and after each migration: it reads tables
   * and views.
   *
   * @throws StoreException when there is no such role, or this one may not grant
   */
  public void grantAuditor(String role) {
    new SchemaMigration(settings).grant(role, RoleGrants.Kind.AUDITOR);
  }

  /**
   * Gives a role what dashboards need, now and after each migration: it reads views.
   *
   * @throws StoreException when there is no such role, or this one may not grant
   */
  public void grantReader(String role) {
    new SchemaMigration(settings).grant(role, RoleGrants.Kind.READER);
  }

  /**
   * Makes sure that the schema still admits this version: somebody may migrate it meanwhile.
   *
   * @throws StoreException when it does not
   */
  public void requireAdmitted() {
    try (Connection connection = connect()) {
      SchemaState.read(connection).requireAdmitted(known, settings);
    } catch (SQLException failure) {
      throw explain(failure);
    }
  }

  /**
   * A connection from the pool, in autocommit; close it to give it back.
   *
   * @throws StoreException when the server cannot be reached now
   */
  public Connection connect() {
    HikariDataSource asked = pool;
    try {
      try {
        return asked.getConnection();
      } catch (SQLException failure) {
        if (!isSpoiled(failure)) {
          throw failure;
        }
        return inPlaceOf(asked).getConnection();
      }
    } catch (SQLException failure) {
      throw PostgresErrors.explain(failure, settings);
    }
  }

  /**
   * A connection in a transaction that sees one state of the ledger, however often it asks, and
   * changes nothing; roll it back, then close it.
   *
   * @throws StoreException when the server cannot be reached now
   */
  public Connection connectToSnapshot() {
    Connection connection = connect();
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Not by the driver's setters: they change the session, which a pooler gives to others.
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      return connection;
    } catch (SQLException failure) {
      try (connection) {
        throw explain(failure);
      } catch (SQLException broken) {
        throw explain(failure);
      }
    }
  }

  /** The same failure as one sentence for a reader. */
  public StoreException explain(Throwable failure) {
    return PostgresErrors.explain(failure, settings);
  }

  @Override
  public void close() {
    pool.close();
  }

  /**
   * HikariCP (7.1.0, {@code PoolBase.checkDefaultIsolation}) asks its first connection for the
   * isolation of transactions. Where that connection breaks meanwhile it never asks again, and sets
   * an isolation of -1 on all others. To give it one beforehand was rejected: it would set that on
   * each session whose user has another default.
   */
  private static boolean isSpoiled(SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && "0A000".equals(sql.getSQLState())
          && sql.getMessage().contains("-1")) {
        return true;
      }
    }
    return false;
  }

  private synchronized HikariDataSource inPlaceOf(HikariDataSource spoiled) {
    if (pool == spoiled) {
      config.setInitializationFailTimeout(-1);
      pool = new HikariDataSource(config);
      spoiled.close();
    }
    return pool;
  }
}
