package io.tokenledger.it.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.ReplayProvider;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forwarder as a process: exit codes, sentences for what is wrong, an orderly end. */
@ExtendWith(PostgresExtension.class)
class ForwarderProcessIT {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path directory;

  static Stream<Jdks.Jdk> jdks() {
    return Jdks.all().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void followsALiveApplicationAndSaysOnSigtermWhatItDidAndLeft(
      Jdks.Jdk jdk, PostgresSettings postgres) throws Exception {
    AgentSetup agent = new AgentSetup(directory, "followed");
    ForwarderSetup forwarder =
        new ForwarderSetup(directory, agent.queueDirectory(), postgres).with("http: { port: 0 }");
    Files.createDirectories(agent.queueDirectory());
    try (FakeProvider provider = ReplayProvider.start();
        JavaProcess run = forwarder.start(jdk, "run")) {
      String http = run.awaitLine("http: ", AT_MOST);
      call(jdk, agent.endpoints(provider), provider);

      run.awaitUntil("the row of the call", AT_MOST, () -> rows(forwarder) == 1);
      assertThat(get(http.substring("http: ".length()) + "/health/live").statusCode())
          .isEqualTo(200);

      run.terminate();
      assertThat(run.exitCode(AT_MOST)).as(run.transcript()).isZero();
      assertThat(run.err()).as("nothing but sentences").noneMatch(line -> line.contains("\tat "));
      assertThat(String.join("\n", run.out())).containsIgnoringCase("left");
    }
  }

  @Test
  void saysThatNobodyListensWherePostgresShouldBe() throws IOException {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    refuses(
        new PostgresSettings(
            "jdbc:postgresql://127.0.0.1:" + closedPort + "/ledger", "me", "secret"),
        1,
        "127.0.0.1:" + closedPort);
  }

  @Test
  void saysThatThePasswordIsWrongAndDoesNotPrintIt(PostgresSettings postgres) {
    refuses(
        new PostgresSettings(postgres.url(), postgres.user(), "not-the-password"), 1, "password");
  }

  @Test
  void saysWhichDatabaseIsMissing(PostgresSettings postgres) {
    String url = postgres.url().replaceAll("/[^/?]+(\\?|$)", "/no_such_database$1");
    refuses(new PostgresSettings(url, postgres.user(), postgres.password()), 1, "no_such_database");
  }

  @Test
  void refusesAnUnknownKeyAndNamesFileLineAndKey(PostgresSettings postgres) {
    ForwarderSetup setup = new ForwarderSetup(directory, directory, postgres).with("colour: green");
    try (JavaProcess drain = setup.start(Jdks.current(), "drain")) {
      assertThat(drain.exitCode(AT_MOST)).isEqualTo(2);
      assertThat(drain.err())
          .singleElement()
          .asString()
          .contains("forwarder.yml", "colour")
          .containsPattern("line \\d|:\\d");
    }
  }

  @Test
  void refusesAFileThatIsNoYaml() throws IOException {
    Path file = Files.writeString(directory.resolve("broken.yml"), "queue: { directory: [\n");
    try (JavaProcess drain = command("drain", "--config", file.toString())) {
      assertThat(drain.exitCode(AT_MOST)).isEqualTo(2);
      assertThat(drain.transcript()).contains("broken.yml").doesNotContain("\tat ");
    }
  }

  @Test
  void refusesACommandThatItDoesNotHave() {
    try (JavaProcess process = command("drian")) {
      assertThat(process.exitCode(AT_MOST)).isEqualTo(2);
      assertThat(process.transcript()).contains("drian").doesNotContain("\tat ");
    }
  }

  @Test
  void drainsTheOtherSourcesWhenOneHasACorruptSourceFile(PostgresSettings postgres)
      throws IOException {
    AgentSetup agent = new AgentSetup(directory, "healthy");
    try (FakeProvider provider = ReplayProvider.start()) {
      call(Jdks.current(), agent.endpoints(provider), provider);
    }
    Path corrupt =
        Files.createDirectories(
            agent.queueDirectory().resolve("corrupt-20261121T000000Z-0badf00d"));
    Files.writeString(corrupt.resolve("source.json"), "{\"source_id\": ");
    ForwarderSetup forwarder = new ForwarderSetup(directory, agent.queueDirectory(), postgres);

    JavaProcess drain = forwarder.start(Jdks.current(), "drain");
    drain.exitCode(AT_MOST);

    assertThat(drain.transcript()).contains("corrupt-20261121T000000Z-0badf00d");
    assertThat(drain.transcript()).doesNotContain("\tat ");
    assertThat(rows(forwarder)).isEqualTo(1);
    assertThat(corrupt.resolve("source.json")).as("nothing is deleted").exists();
  }

  private void refuses(PostgresSettings postgres, int exitCode, String named) {
    ForwarderSetup setup = new ForwarderSetup(directory, directory, postgres);
    try (JavaProcess drain = setup.start(Jdks.current(), "drain")) {
      assertThat(drain.exitCode(AT_MOST)).as(drain.transcript()).isEqualTo(exitCode);
      assertThat(String.join("\n", drain.err())).contains(named);
      assertThat(drain.transcript()).doesNotContain("\tat ", "not-the-password", "secret");
    }
  }

  private JavaProcess command(String... arguments) {
    return JavaProcess.on(Jdks.current()).in(directory).jar(Jars.forwarder(), arguments).start();
  }

  private static void call(Jdks.Jdk jdk, AgentSetup agent, FakeProvider provider) {
    try (JavaProcess application =
        JavaProcess.on(jdk)
            .jvm(agent.javaagent())
            .main(
                Jars.applicationClassPath(),
                "io.tokenledger.it.sdk.SdkMain",
                "openai.chat",
                provider.url())
            .start()) {
      assertThat(application.exitCode(AT_MOST)).as(application.transcript()).isZero();
    }
  }

  private static long rows(ForwarderSetup forwarder) {
    try (Connection ledger = forwarder.connect();
        ResultSet count =
            ledger
                .createStatement()
                .executeQuery("SELECT count(*) FROM token_ledger.token_ledger_events")) {
      count.next();
      return count.getLong(1);
    } catch (SQLException notYet) {
      return -1;
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
