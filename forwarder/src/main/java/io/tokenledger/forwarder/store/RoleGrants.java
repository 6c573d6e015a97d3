package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the roles beside the owner may do; this is the only list. A writer is a forwarder: it reads
 * all, inserts and updates, and deletes nothing but by functions that run with the owner's rights.
 * An auditor is somebody who runs commands that read: it reads all and changes nothing. A reader is
 * a dashboard: it reads views.
 */
final class RoleGrants {
  /** What a role is for. */
  enum Kind {
    WRITER,
    AUDITOR,
    READER
  }

  /** Functions that run with the owner's rights, for writers. */
  static final List<String> WRITER_FUNCTIONS =
      List.of(
          "ensure_partition(date)",
          "drop_partition(date)",
          "raise_floor(date)",
          "expire_rows(text,timestamp with time zone,integer)",
          "remove_dead_letter(bigint)");

  /** Functions for migrations. */
  static final List<String> OWNER_FUNCTIONS =
      List.of("copy_grants(regclass,regclass)", "rebuild_rollups(date,date)");

  /** Tables that only the owner writes: what is in them decides what others may do. */
  static final List<String> OWNER_TABLES =
      List.of("flyway_schema_history", "token_ledger_compatibility", "token_ledger_roles");

  /** Tables and views, but no partitions: rights on the whole cover them. */
  private static final String RELATIONS =
      """
      SELECT c.relname, c.relkind = 'v' AS is_view FROM pg_class c
       WHERE c.relnamespace = 'token_ledger'::regnamespace
         AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
       ORDER BY 1
      """;

  /** Functions that compute, and run with the rights of who calls. */
  private static final String PLAIN_FUNCTIONS =
      """
      SELECT p.oid::regprocedure::text FROM pg_proc p
       WHERE p.pronamespace = 'token_ledger'::regnamespace
         AND NOT p.prosecdef AND p.proname NOT IN ('copy_grants', 'rebuild_rollups')
       ORDER BY 1
      """;

  private RoleGrants() {}

  static boolean exists(Connection connection, String role) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
      query.setString(1, role);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Notes that a role is to have the rights of its kind from now on. */
  static void note(Connection connection, String role, Kind kind) throws SQLException {
    try (PreparedStatement note =
        connection.prepareStatement(
            """
            INSERT INTO token_ledger.token_ledger_roles AS r (role, kind) VALUES (?, ?)
            ON CONFLICT (role) DO UPDATE SET kind = EXCLUDED.kind
            """)) {
      note.setString(1, role);
      note.setString(2, kind.name().toLowerCase(java.util.Locale.ROOT));
      note.executeUpdate();
    }
  }

  /** Takes all rights from a role that it was given on what is there. */
  static void revoke(Connection connection, String role) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String quoted = statement.enquoteIdentifier(role, true);
      statement.execute("REVOKE ALL ON ALL TABLES IN SCHEMA token_ledger FROM " + quoted);
      statement.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA token_ledger FROM " + quoted);
    }
  }

  /** Gives each noted role that exists what its kind needs of the schema as it is now. */
  static void apply(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String role : noted(statement, Kind.WRITER)) {
        for (String grant : writerGrants(statement, role)) {
          statement.execute(grant);
        }
      }
      for (String role : noted(statement, Kind.AUDITOR)) {
        for (String grant : readingGrants(statement, role, true)) {
          statement.execute(grant);
        }
      }
      for (String role : noted(statement, Kind.READER)) {
        for (String grant : readingGrants(statement, role, false)) {
          statement.execute(grant);
        }
      }
    }
  }

  private static List<String> writerGrants(Statement statement, String role) throws SQLException {
    List<String> grants = new ArrayList<>();
    grants.add("GRANT USAGE ON SCHEMA token_ledger TO " + role);
    try (ResultSet row = statement.executeQuery(RELATIONS)) {
      while (row.next()) {
        boolean readOnly = row.getBoolean(2) || OWNER_TABLES.contains(row.getString(1));
        grants.add(
            "GRANT "
                + (readOnly ? "SELECT" : "SELECT, INSERT, UPDATE")
                + " ON token_ledger."
                + row.getString(1)
                + " TO "
                + role);
      }
    }
    for (String function : WRITER_FUNCTIONS) {
      grants.add("GRANT EXECUTE ON FUNCTION token_ledger." + function + " TO " + role);
    }
    grants.addAll(plainFunctions(statement, role));
    return grants;
  }

  private static List<String> readingGrants(Statement statement, String role, boolean tables)
      throws SQLException {
    List<String> grants = new ArrayList<>();
    grants.add("GRANT USAGE ON SCHEMA token_ledger TO " + role);
    try (ResultSet row = statement.executeQuery(RELATIONS)) {
      while (row.next()) {
        if (tables || row.getBoolean(2)) {
          grants.add("GRANT SELECT ON token_ledger." + row.getString(1) + " TO " + role);
        }
      }
    }
    grants.addAll(plainFunctions(statement, role));
    return grants;
  }

  private static List<String> plainFunctions(Statement statement, String role) throws SQLException {
    List<String> grants = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(PLAIN_FUNCTIONS)) {
      while (row.next()) {
        grants.add("GRANT EXECUTE ON FUNCTION " + row.getString(1) + " TO " + role);
      }
    }
    return grants;
  }

  /** Quoted names. */
  private static List<String> noted(Statement statement, Kind kind) throws SQLException {
    List<String> roles = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT quote_ident(r.role) FROM token_ledger.token_ledger_roles r"
                + " JOIN pg_roles p ON p.rolname = r.role WHERE r.kind = '"
                + kind.name().toLowerCase(java.util.Locale.ROOT)
                + "' ORDER BY 1")) {
      while (row.next()) {
        roles.add(row.getString(1));
      }
    }
    return roles;
  }
}
