package io.tokenledger.forwarder.store;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Pattern;

/** Turns what driver, pool and migration throw into one sentence. */
final class PostgresErrors {
  private static final String WRONG_PASSWORD = "28P01";
  private static final String NOT_AUTHORISED = "28000";
  private static final String NO_DATABASE = "3D000";
  private static final String NO_PRIVILEGE = "42501";
  private static final String NO_TABLE = "42P01";
  private static final String NO_SCHEMA = "3F000";
  private static final String NO_CONNECTION_LEFT = "53300";
  private static final String READ_ONLY = "25006";
  private static final String PROTOCOL = "08P01";
  private static final String CONNECTION_CLASS = "08";
  private static final String SHUTDOWN_CLASS = "57";
  private static final String RESOURCES_CLASS = "53";
  private static final String ROLLBACK_CLASS = "40";
  private static final String DATA_CLASS = "22";
  private static final String LIMIT_CLASS = "54";
  private static final String NOT_NULL = "23502";
  private static final String DUPLICATE_KEY = "23505";
  private static final String NO_PARTITION = "23514";
  private static final String LOCK_TIMEOUT = "55P03";

  /** The driver, which counts it among lost connections: no password was found, or an empty one. */
  private static final Pattern NO_PASSWORD = Pattern.compile("requested .*authentication, but ");

  private PostgresErrors() {}

  static StoreException explain(Throwable failure, PostgresSettings settings) {
    if (failure instanceof StoreException already) {
      return already;
    }
    SQLException sql = sqlCause(failure);
    String where = "Postgres at " + settings.place();
    if (sql == null) {
      return new StoreException(
          where + " cannot be used: " + firstLine(rootMessage(failure)), failure);
    }
    String says = firstLine(sql.getMessage()) + unknownHost(failure);
    String state = state(sql, says);
    if (TlsTrouble.isCauseOf(failure)) {
      return new StoreException(where + " " + TlsTrouble.sentence(failure), failure);
    }
    String sentence =
        switch (state) {
          case NO_CONNECTION_LEFT ->
              where
                  + " has no connection left for "
                  + user(settings)
                  + " ("
                  + says
                  + "): a forwarder takes at most 2; raise max_connections or the role's limit, or"
                  + " put PgBouncer before it. Queued records stay on disk until then.";
          case READ_ONLY ->
              where
                  + " is read-only ("
                  + says
                  + "), as a standby is: name all servers in postgres.url and add"
                  + " targetServerType=primary; queued records stay on disk until one of them takes"
                  + " them.";
          case WRONG_PASSWORD, NOT_AUTHORISED ->
              where
                  + " refuses "
                  + user(settings)
                  + " ("
                  + says
                  + "): check postgres.user and postgres.password.";
          case NO_DATABASE ->
              where + " has no such database (" + says + "): create it, or correct postgres.url.";
          case NO_PRIVILEGE ->
              where
                  + " does not let "
                  + user(settings)
                  + " do this ("
                  + says
                  + "): grant it, or run `migrate` as the owner of the schema.";
          case DUPLICATE_KEY ->
              where
                  + " has a row already that should be new ("
                  + says
                  + "): positions and rows do not fit together, as after a restore of single"
                  + " tables. Nothing is set aside; see docs/operations.md, 'Restore'.";
          case NO_PARTITION ->
              where
                  + " has no place for a row ("
                  + says
                  + "): see whether the partition of its month is attached. Queued records stay on"
                  + " disk until then.";
          case LOCK_TIMEOUT ->
              where
                  + " keeps a table locked ("
                  + says
                  + "): see pg_locks for who holds it; queued records stay on disk until then.";
          case NO_TABLE, NO_SCHEMA ->
              where + " has no ledger yet (" + says + "): run `migrate` first.";
          default -> {
            if (state.startsWith(CONNECTION_CLASS)
                || state.startsWith(SHUTDOWN_CLASS)
                || sql instanceof SQLTransientConnectionException) {
              yield where
                  + " cannot be reached ("
                  + says
                  + "): check that it runs and that postgres.url is right; queued records stay on"
                  + " disk until then.";
            }
            yield where + " answered with an error: " + says + " (SQLSTATE " + state + ").";
          }
        };
    return new StoreException(
        sentence, failure, isPassing(state) || sql instanceof SQLTransientConnectionException);
  }

  /** The server takes no rows, as a standby does. */
  static boolean isReadOnly(SQLException failure) {
    return READ_ONLY.equals(failure.getSQLState());
  }

  /**
   * The record is to blame, not the database: it is set aside. Nothing else ever is, for a server
   * that is full, locked, read-only or half restored would have good records set aside one by one.
   */
  static boolean isDataError(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    return state.startsWith(DATA_CLASS) || state.startsWith(LIMIT_CLASS) || state.equals(NOT_NULL);
  }

  /** Another transaction won; the same one may succeed when it is tried again. */
  static boolean isLostRace(SQLException failure) {
    return failure.getSQLState() != null && failure.getSQLState().startsWith(ROLLBACK_CLASS);
  }

  /** It passes by itself, or when others are done: worth trying again at once. */
  private static boolean isPassing(String state) {
    return state.startsWith(CONNECTION_CLASS)
        || state.startsWith(SHUTDOWN_CLASS)
        || state.startsWith(RESOURCES_CLASS)
        || state.equals(READ_ONLY)
        || state.equals(LOCK_TIMEOUT)
        || state.startsWith(ROLLBACK_CLASS);
  }

  /** PgBouncer says that a password is wrong as a break of the protocol. */
  private static String state(SQLException sql, String says) {
    String state = sql.getSQLState() == null ? "" : sql.getSQLState();
    boolean refused = state.equals(PROTOCOL) && says.contains("authentication failed");
    return refused || NO_PASSWORD.matcher(says).find() ? WRONG_PASSWORD : state;
  }

  private static String user(PostgresSettings settings) {
    return settings.role() == null
        ? "a connection without a user"
        : "user '" + settings.role() + "'";
  }

  /** The driver only says that the connection failed. */
  private static String unknownHost(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return " The name " + cause.getMessage() + " is not known here.";
      }
    }
    return "";
  }

  static SQLException sqlCause(Throwable failure) {
    SQLException found = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && (found == null || sql.getSQLState() != null)) {
        found = sql;
      }
    }
    return found;
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static String firstLine(String text) {
    String line = text.strip();
    int end = line.indexOf('\n');
    return (end < 0 ? line : line.substring(0, end)).strip();
  }
}
