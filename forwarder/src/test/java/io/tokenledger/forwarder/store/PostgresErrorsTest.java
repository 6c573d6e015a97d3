package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresErrorsTest {
  private static final PostgresSettings SETTINGS =
      new PostgresSettings("jdbc:postgresql://db/ledger?sslpassword=s3cret", "shop", "pa55");

  @ParameterizedTest
  @CsvSource({
    "08006, true, cannot be reached",
    "57P01, true, cannot be reached",
    "57P03, true, cannot be reached",
    "53300, true, has no connection left for user 'shop'",
    "53100, true, answered with an error",
    "25006, true, is read-only",
    "40001, true, answered with an error",
    "28P01, false, refuses user 'shop'",
    "28000, false, refuses user 'shop'",
    "3D000, false, has no such database",
    "42501, false, does not let user 'shop' do this",
    "42P01, false, has no ledger yet",
    "22021, false, answered with an error"
  })
  void saysWhatIsWrongAndWhetherItPasses(String state, boolean passes, String says) {
    StoreException explained =
        PostgresErrors.explain(new SQLException("server\nsays", state), SETTINGS);

    assertThat(explained.getMessage())
        .startsWith("Postgres at jdbc:postgresql://db/ledger ")
        .contains(says)
        .doesNotContain("\n", "s3cret", "pa55");
    assertThat(explained.isPassing()).isEqualTo(passes);
  }

  @Test
  void takesAPasswordThatIsNotThereForRefusedAndNotForAnOutage() {
    SQLException failure =
        new SQLException(
            "The server requested SCRAM-based authentication, but no password was provided.",
            "08004");

    StoreException explained = PostgresErrors.explain(failure, SETTINGS);

    assertThat(explained.getMessage()).contains("refuses user 'shop'", "check postgres.user");
    assertThat(explained.isPassing()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/ledger?ssl=true&user=o%27shop, user 'o'shop'",
    "jdbc:postgresql://db/ledger, a connection without a user"
  })
  void namesTheUserOfTheUrl(String url, String user) {
    StoreException explained =
        PostgresErrors.explain(
            new SQLException("no", "28P01"), new PostgresSettings(url, null, "pa55"));

    assertThat(explained.getMessage())
        .startsWith("Postgres at jdbc:postgresql://db/ledger refuses " + user);
  }

  @Test
  void namesAHostThatIsNotKnown() {
    SQLException failure = new SQLException("The connection attempt failed.", "08001");
    failure.initCause(new UnknownHostException("db.example"));

    StoreException explained = PostgresErrors.explain(failure, SETTINGS);

    assertThat(explained.getMessage())
        .contains("(The connection attempt failed. The name db.example is not known here.)");
    assertThat(explained.isPassing()).isTrue();
  }

  @Test
  void takesACertificateThatNobodyVouchesForAsLasting() {
    SQLException failure = new SQLException("SSL error: PKIX path building failed", "08006");
    failure.initCause(new SSLHandshakeException("PKIX"));
    failure.getCause().initCause(new CertPathBuilderException("unable to find valid path"));

    StoreException explained = PostgresErrors.explain(failure, SETTINGS);

    assertThat(explained.getMessage())
        .contains("cannot be reached safely (unable to find valid path)");
    assertThat(explained.isPassing()).isFalse();
  }

  @Test
  void takesAHandshakeThatBreaksOffAsPassing() {
    SQLException failure = new SQLException("SSL error: Connection reset", "08006");
    failure.initCause(new SSLHandshakeException("Remote host terminated the handshake"));
    failure.getCause().initCause(new ConnectException("Connection reset"));

    assertThat(PostgresErrors.explain(failure, SETTINGS).isPassing()).isTrue();
  }
}
