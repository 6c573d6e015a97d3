package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.store.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each version of Postgres that is served, from the oldest to the one that the forwarder carries;
 * {@code -Ppostgres-versions} has those between as well. Far from UTC, which no session is told.
 */
class PostgresVersionsTest {
  private final TimeZone before = TimeZone.getDefault();

  @TempDir Path directory;

  static List<String> versions() {
    return PostgresServer.versions();
  }

  @BeforeEach
  void travelFar() {
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
  }

  @AfterEach
  void comeBack() {
    TimeZone.setDefault(before);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void servesALedgerForItsWholeLife(String version) throws Exception {
    try (PostgresServer postgres = PostgresServer.start(directory.resolve("server"), version)) {
      new LedgerJourney(directory, postgres.settings(), postgres.settings().url(), null).travel();
    }
  }
}
