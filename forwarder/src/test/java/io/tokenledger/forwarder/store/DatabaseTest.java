package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Postgres that cannot serve is one sentence: what, where, what to do. */
@ExtendWith(PostgresExtension.class)
class DatabaseTest {
  private static final Pattern ONE_LINE = Pattern.compile("[^\n]*[.]");

  @Test
  void saysThatThePasswordIsWrong(PostgresSettings settings) {
    refuses(
        new PostgresSettings(settings.url(), settings.user(), "wrong"),
        "refuses user '" + settings.user() + "'");
  }

  @Test
  void saysThatTheDatabaseIsMissing(PostgresSettings settings) {
    refuses(
        new PostgresSettings(
            settings.url().replaceFirst("/[^/?]*$", "/nowhere"),
            settings.user(),
            settings.password()),
        "has no such database");
  }

  @Test
  void saysThatNobodyAnswers() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    refuses(
        new PostgresSettings("jdbc:postgresql://127.0.0.1:" + port + "/ledger", "a", "b"),
        "cannot be reached");
  }

  @Test
  void saysThatTheUrlIsNone() {
    assertThatThrownBy(() -> Database.open(new PostgresSettings("postgres://db/ledger", "a", "b")))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            "postgres.url 'postgres://db/ledger' is no address of a Postgres: write"
                + " jdbc:postgresql://host:port/database.");
  }

  private static void refuses(PostgresSettings settings, String because) {
    assertThatThrownBy(() -> Database.open(settings).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Postgres at " + settings.url())
        .hasMessageContaining(because)
        .message()
        .matches(ONE_LINE);
  }
}
