package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.it.harness.AccountedLedger;
import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.PostgresDoor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Postgres goes away under {@code run}, with and without coming back. */
@ExtendWith(PostgresExtension.class)
class PostgresOutageIT {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  /** What a container is given to stop, by default, in Kubernetes. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void isWaitedOutSaidOnceAndEverythingArrivesAfterwards(PostgresSettings postgres)
      throws Exception {
    ForwarderSetup direct = forwarder(postgres);
    try (AccountedProvider provider = AccountedProvider.start();
        PostgresDoor door = PostgresDoor.to(postgres);
        JavaProcess run = forwarder(door.settings()).start(Jdks.current(), "run")) {
      String url = url(run);
      load(provider, 60, 0);
      AccountedLedger.awaitRows(direct, 60, AT_MOST, run);
      assertThat(status(url + "/health/ready")).isEqualTo(200);

      door.shut();
      load(provider, 60, 60);
      run.awaitUntil("readiness to be red", AT_MOST, () -> status(url + "/health/ready") == 503);
      assertThat(status(url + "/health/live")).isEqualTo(200);
      run.awaitUntil("a sentence on the outage", AT_MOST, () -> saidUnreachable(run) > 0);

      door.reopen();
      AccountedLedger.awaitRows(direct, 120, AT_MOST, run);
      run.awaitUntil("readiness to be green", AT_MOST, () -> status(url + "/health/ready") == 200);
      assertThat(saidUnreachable(run)).as(run.transcript()).isEqualTo(1);
      AccountedLedger.assertSame(direct, provider);

      run.terminate();
      assertThat(run.exitCode(GRACE)).as(run.transcript()).isZero();
    }
  }

  @Test
  void doesNotKeepRunFromEndingInTimeAndItSaysWhatIsLeft(PostgresSettings postgres)
      throws Exception {
    ForwarderSetup direct = forwarder(postgres);
    try (AccountedProvider provider = AccountedProvider.start();
        PostgresDoor door = PostgresDoor.to(postgres);
        JavaProcess run = forwarder(door.settings()).start(Jdks.current(), "run")) {
      url(run);
      door.shut();
      load(provider, 30, 0);
      run.awaitUntil("a sentence on the outage", AT_MOST, () -> saidUnreachable(run) > 0);

      run.terminate();

      assertThat(run.exitCode(GRACE)).as(run.transcript()).isZero();
      assertThat(String.join("\n", run.out())).contains("Left: records of 1 source");
      assertThat(run.transcript()).doesNotContain("\tat ");
      direct.done("drain");
      AccountedLedger.assertSame(direct, provider);
    }
  }

  /** As most run it: a role that owns nothing, in a pod that may be there before its Postgres. */
  @Test
  void isWaitedForAtTheStartByAWriterThatMayNotMigrate(PostgresSettings postgres) throws Exception {
    ForwarderSetup owner = forwarder(postgres);
    String writer = "writer_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = owner.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + writer + " LOGIN PASSWORD 'w-pa55'");
    }
    owner.done("migrate", "--grant-writer", writer);
    try (AccountedProvider provider = AccountedProvider.start();
        PostgresDoor door = PostgresDoor.to(postgres)) {
      door.shut();
      PostgresSettings asWriter = new PostgresSettings(door.settings().url(), writer, "w-pa55");
      try (JavaProcess run =
          forwarder(asWriter).with("migrate: check").start(Jdks.current(), "run")) {
        String url = url(run);
        assertThat(status(url + "/health/live")).isEqualTo(200);
        assertThat(status(url + "/health/ready")).isEqualTo(503);
        run.awaitUntil("a sentence on the outage", AT_MOST, () -> saidUnreachable(run) > 0);
        load(provider, 30, 0);

        door.reopen();
        AccountedLedger.awaitRows(owner, 30, AT_MOST, run);
        run.awaitUntil(
            "readiness to be green", AT_MOST, () -> status(url + "/health/ready") == 200);
        assertThat(saidUnreachable(run)).as(run.transcript()).isEqualTo(1);
        AccountedLedger.assertSame(owner, provider);

        run.terminate();
        assertThat(run.exitCode(GRACE)).as(run.transcript()).isZero();
        assertThat(run.transcript()).doesNotContain("w-pa55");
      }
    }
  }

  @Test
  void atTheStartDoesNotKeepRunFromEndingInTimeAndItSaysWhatIsLeft(PostgresSettings postgres)
      throws Exception {
    ForwarderSetup direct = forwarder(postgres);
    try (AccountedProvider provider = AccountedProvider.start();
        PostgresDoor door = PostgresDoor.to(postgres)) {
      door.shut();
      load(provider, 30, 0);
      try (JavaProcess run = forwarder(door.settings()).start(Jdks.current(), "run")) {
        url(run);
        run.awaitUntil("a sentence on the outage", AT_MOST, () -> saidUnreachable(run) > 0);

        run.terminate();

        assertThat(run.exitCode(GRACE)).as(run.transcript()).isZero();
        assertThat(String.join("\n", run.out())).contains("Left: records of 1 source");
        assertThat(run.transcript()).doesNotContain("\tat ");
      }
      direct.done("drain");
      AccountedLedger.assertSame(direct, provider);
    }
  }

  @Test
  void isNotWaitedForWhereItRefusesTheRole(PostgresSettings postgres) {
    PostgresSettings wrong =
        new PostgresSettings(postgres.url(), postgres.user(), "not-the-password");
    try (JavaProcess run = forwarder(wrong).start(Jdks.current(), "run")) {
      assertThat(run.exitCode(GRACE)).as(run.transcript()).isEqualTo(1);
      assertThat(run.err()).singleElement().asString().contains("refuses user");
      assertThat(run.transcript()).doesNotContain("not-the-password", "\tat ");
    }
  }

  private void load(AccountedProvider provider, int calls, int first) {
    AgentSetup agent = new AgentSetup(directory, "load").endpoints(provider.provider());
    try (JavaProcess load = new Load(calls, 60, first).start(Jdks.current(), agent, provider)) {
      assertThat(load.exitCode(AT_MOST)).as(load.transcript()).isZero();
    }
  }

  private ForwarderSetup forwarder(PostgresSettings postgres) {
    return new ForwarderSetup(directory, directory.resolve("queue"), postgres)
        .with("http: { port: 0 }");
  }

  private static String url(JavaProcess run) {
    return run.awaitLine("http: ", AT_MOST).substring("http: ".length());
  }

  private static long saidUnreachable(JavaProcess run) {
    return run.err().stream().filter(line -> line.contains("cannot be reached")).count();
  }

  private int status(String url) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
