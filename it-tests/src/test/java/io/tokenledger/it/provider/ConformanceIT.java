package io.tokenledger.it.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tokenledger.agent.provider.conformance.ExpectedRow;
import io.tokenledger.agent.provider.conformance.Recording;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.LedgerRows;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recorded exchanges through every client, cut and compressed in every way, to rows of Postgres:
 * the application gets the provider's bytes, and each row says what {@code expected.json} says.
 * With {@code -Dtranscripts=<dir>} on those recordings, else on the project's own small exchanges.
 */
@ExtendWith(PostgresExtension.class)
class ConformanceIT {
  private static final List<String> CLIENTS = List.of("okhttp", "jdk", "apache5", "apache5-async");
  private static final Set<String> PROVIDERS = Set.of("openai", "anthropic");
  private static final Set<String> APIS =
      Set.of("openai.chat", "openai.responses", "openai.embeddings", "anthropic.messages");
  private static final Duration AT_MOST = Duration.ofMinutes(5);

  @TempDir Path directory;

  @TestFactory
  List<DynamicNode> reportsWhatEachExchangeExpects(PostgresSettings postgres)
      throws IOException, SQLException {
    ReplayPlan plan = ReplayPlan.of(exchanges());
    List<DynamicNode> tests = new ArrayList<>();
    List<String> services = new ArrayList<>();
    for (Jdks.Jdk jdk : Jdks.all()) {
      for (String client : CLIENTS) {
        services.add(jdk + "-" + client);
        tests.add(deliversTheProvidersBytes(jdk, client, plan));
      }
    }
    ForwarderSetup forwarder = new ForwarderSetup(directory, directory.resolve("queue"), postgres);
    forwarder.done("drain");
    try (Connection ledger = forwarder.connect()) {
      for (String service : services) {
        tests.add(dynamicContainer(service, rowTests(plan, LedgerRows.ofService(ledger, service))));
      }
    }
    return tests;
  }

  private static List<Recording> exchanges() {
    String transcripts = System.getProperty("transcripts", "");
    if (transcripts.isEmpty()) {
      System.out.println(
          "no -Dtranscripts=<dir>: conformance runs on the project's own exchanges only");
    }
    List<Recording> all =
        transcripts.isEmpty()
            ? Recording.in(Path.of("..", "agent", "src", "test", "resources", "exchanges"))
            : Recording.in(Path.of(transcripts).resolve("exchanges"));
    return all.stream()
        .filter(exchange -> PROVIDERS.contains(exchange.provider()))
        .filter(exchange -> APIS.contains(exchange.api()))
        .toList();
  }

  /** Sends the whole plan through one client; the test compares what the client handed out. */
  private DynamicTest deliversTheProvidersBytes(Jdks.Jdk jdk, String client, ReplayPlan plan)
      throws IOException {
    String service = jdk + "-" + client;
    try (FakeProvider provider = plan.provider()) {
      Path own = Files.createDirectories(directory.resolve(service));
      AgentSetup agent =
          new AgentSetup(directory, service)
              .endpoint(provider.url() + "/openai", "openai")
              .endpoint(provider.url() + "/anthropic", "anthropic");
      try (JavaProcess application =
          JavaProcess.on(jdk)
              .jvm(agent.javaagent())
              .main(
                  Jars.applicationClassPath(),
                  ReplayMain.class.getName(),
                  client,
                  plan.write(own, provider.url()).toString())
              .start()) {
        int exit = application.exitCode(AT_MOST);
        return dynamicTest(
            service + " hands out the provider's bytes",
            () -> {
              assertThat(exit).as(application.transcript()).isZero();
              assertThat(application.err())
                  .as("nothing but what Apache HC5 prints without the agent, too")
                  .allMatch(line -> client.startsWith("apache5") && line.startsWith("SLF4J(W)"));
              assertThat(application.out()).isEqualTo(plan.digests(client));
            });
      }
    }
  }

  private static List<DynamicTest> rowTests(ReplayPlan plan, List<UsageRecord> rows) {
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        dynamicTest(
            "one row for each exchange", () -> assertThat(rows).hasSameSizeAs(plan.steps())));
    for (int i = 0; i < Math.min(rows.size(), plan.steps().size()); i++) {
      ReplayPlan.Step step = plan.steps().get(i);
      UsageRecord row = rows.get(i);
      tests.add(
          dynamicTest(
              step.exchange().name() + " in " + step.cut(),
              () ->
                  assertThat(ExpectedRow.differences(step.exchange().expected(), row))
                      .as(row.toString())
                      .isEmpty()));
    }
    return tests;
  }
}
