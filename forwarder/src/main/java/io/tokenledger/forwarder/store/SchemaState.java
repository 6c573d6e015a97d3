package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far the schema of a ledger is, and which forwarders it lets write.
 *
 * @param steps numbers of the steps that are applied; empty: there is no ledger
 * @param oldestStep a forwarder may write that knows this step or a later one
 * @param oldestRelease the first release that does; null: any
 */
record SchemaState(SortedSet<Integer> steps, int oldestStep, String oldestRelease) {
  private static final String IS_THERE = "SELECT to_regclass('token_ledger.%s') IS NOT NULL";

  /** Reads it with the rights of a writer; changes nothing, and needs no transaction. */
  static SchemaState read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      SortedSet<Integer> steps = new TreeSet<>();
      if (isThere(statement, "flyway_schema_history")) {
        try (ResultSet row =
            statement.executeQuery(
                "SELECT version::int FROM token_ledger.flyway_schema_history"
                    + " WHERE success AND version IS NOT NULL")) {
          while (row.next()) {
            steps.add(row.getInt(1));
          }
        }
      }
      // Ledgers that are older than the statement admit everybody.
      if (isThere(statement, "token_ledger_compatibility")) {
        try (ResultSet row =
            statement.executeQuery(
                "SELECT oldest_step, oldest_release"
                    + " FROM token_ledger.token_ledger_compatibility")) {
          if (row.next()) {
            return new SchemaState(steps, row.getInt(1), row.getString(2));
          }
        }
      }
      return new SchemaState(steps, 0, null);
    }
  }

  /** The number of the newest step; 0 for none. */
  int version() {
    return steps.isEmpty() ? 0 : steps.last();
  }

  /** Whether nothing that this version needs is missing. */
  boolean holds(SortedSet<Integer> known) {
    return steps.containsAll(known);
  }

  /**
   * Refuses a forwarder that the schema no longer admits.
   *
   * @throws StoreException which says so
   */
  void requireAdmitted(SortedSet<Integer> known, PostgresSettings settings) {
    if (known.last() < oldestStep) {
      throw new StoreException(
          "The schema token_ledger at "
              + settings.place()
              + " is at version "
              + version()
              + " and admits forwarders from release "
              + oldestRelease
              + " on (which know version "
              + oldestStep
              + "); this one knows "
              + known.last()
              + ": update it. Queued records stay on disk until then.");
    }
  }

  private static boolean isThere(Statement statement, String relation) throws SQLException {
    try (ResultSet row = statement.executeQuery(String.format(IS_THERE, relation))) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
