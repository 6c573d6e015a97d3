package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS as the options of the URL ask for it, with a server that shows a certificate. */
class TlsTest {
  private static final Pattern ONE_LINE = Pattern.compile("[^\n]*[.]");

  @TempDir static Path directory;

  private static ServerCertificate certificate;
  private static PostgresServer postgres;

  @BeforeAll
  static void start() {
    certificate = ServerCertificate.in(directory.resolve("certificate"), "ip:127.0.0.1");
    postgres =
        PostgresServer.start(
            directory.resolve("server"),
            PostgresBinaries.VERSION,
            "ssl = on",
            "ssl_cert_file = '" + certificate.certificate() + "'",
            "ssl_key_file = '" + certificate.key() + "'");
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void verifiesCertificateAndNameAndThenMigratesTheSameWay() throws SQLException {
    PostgresSettings settings =
        postgres.settings("?sslmode=verify-full&sslrootcert=" + certificate.certificate());
    try (Database database = Database.open(settings)) {
      assertThat(database.migrate().applied()).isPositive();
      assertThat(
              SchemaMigrationTest.query(
                  database, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
          .containsExactly("t");
    }
  }

  @Test
  void refusesAServerThatAnotherAuthorityVouchesFor() {
    ServerCertificate other = ServerCertificate.in(directory.resolve("other"), "ip:127.0.0.1");

    refuses(postgres.settings("?sslmode=verify-ca&sslrootcert=" + other.certificate()));
  }

  @Test
  void refusesAServerOfAnotherName() {
    PostgresSettings settings =
        new PostgresSettings(
            postgres.settings().url().replace("127.0.0.1", "localhost")
                + "?sslmode=verify-full&sslrootcert="
                + certificate.certificate(),
            postgres.settings().user(),
            postgres.settings().password());

    refuses(settings);
  }

  @Test
  void saysThatTheRootCertificateIsNotThere() {
    refuses(postgres.settings("?sslmode=verify-full&sslrootcert=" + directory.resolve("none.crt")));
  }

  /** Waiting would not help, and the options may hold passwords of key stores. */
  private static void refuses(PostgresSettings settings) {
    assertThatThrownBy(() -> Database.open(settings).close())
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("Postgres at " + settings.place() + " cannot be reached safely (")
        .hasMessageEndingWith(
            "check sslmode, sslrootcert and the host name in postgres.url against the server's"
                + " certificate.")
        .matches(failure -> !((StoreException) failure).isPassing())
        .message()
        .matches(ONE_LINE)
        .doesNotContain(settings.password(), "sslmode=");
  }
}
