package io.tokenledger.it.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tokenledger.agent.provider.conformance.AllowedDifferences;
import io.tokenledger.agent.provider.conformance.ExpectedRow;
import io.tokenledger.agent.provider.conformance.Recording;
import io.tokenledger.agent.provider.conformance.Transcripts;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.LedgerRows;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final Duration AT_MOST = Duration.ofMinutes(5);

  @TempDir Path directory;

  @TestFactory
  List<DynamicNode> reportsWhatEachExchangeExpects(PostgresSettings postgres)
      throws IOException, SQLException {
    List<Recording> exchanges = exchanges();
    ForwarderSetup forwarder = new ForwarderSetup(directory, directory.resolve("queue"), postgres);
    List<DynamicNode> tests = new ArrayList<>();
    for (Jdks.Jdk jdk : Jdks.all()) {
      for (String client : CLIENTS) {
        String service = jdk + "-" + client;
        ReplayPlan plan = ReplayPlan.of(exchanges);
        tests.add(deliversTheProvidersBytes(jdk, client, plan));
        forwarder.done("drain");
        try (Connection ledger = forwarder.connect()) {
          List<UsageRecord> rows = LedgerRows.ofService(ledger, service);
          tests.add(dynamicContainer(service, rowTests(plan, rows)));
          forgetClaims(ledger);
        }
      }
    }
    return tests;
  }

  private static List<Recording> exchanges() {
    if (!Transcripts.given()) {
      System.out.println(
          "no -Dtranscripts=<dir>: conformance runs on the project's own exchanges only");
      return Recording.in(Path.of("..", "agent", "src", "test", "resources", "exchanges"));
    }
    List<Recording> all = new ArrayList<>(Transcripts.calls());
    all.addAll(Transcripts.lookAlikes());
    return all;
  }

  /**
   * The next run sees the same ids: its rows are to be counted, not to be repeats of this run's.
   */
  private static void forgetClaims(Connection ledger) throws SQLException {
    try (Statement statement = ledger.createStatement()) {
      statement.executeUpdate("DELETE FROM token_ledger.token_ledger_seen");
    }
  }

  /** Sends the whole plan through one client; the test compares what the client handed out. */
  private DynamicTest deliversTheProvidersBytes(Jdks.Jdk jdk, String client, ReplayPlan plan)
      throws IOException {
    String service = jdk + "-" + client;
    try (FakeProvider provider = plan.provider()) {
      Path own = Files.createDirectories(directory.resolve(service));
      AgentSetup agent = new AgentSetup(directory, service);
      for (String name : plan.providers()) {
        agent.endpoint(provider.url() + "/" + name, name);
      }
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
    int expected = plan.steps().stream().mapToInt(ReplayPlan.Step::rows).sum();
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        dynamicTest(
            "one row for each exchange and each line of a result file, none for look-alikes",
            () -> assertThat(rows).hasSize(expected)));
    if (rows.size() != expected) {
      return tests;
    }
    RowsInOrder inOrder = new RowsInOrder(rows);
    for (ReplayPlan.Step step : plan.steps()) {
      if (step.rows() > 0) {
        List<UsageRecord> own = inOrder.next(step);
        tests.add(
            dynamicTest(
                step.exchange().name() + " in " + step.cut(),
                () -> assertRows(step.exchange(), own, rows)));
      }
    }
    return tests;
  }

  private static void assertRows(
      Recording exchange, List<UsageRecord> own, List<UsageRecord> rows) {
    List<String> differences = new ArrayList<>();
    assertThat(own).hasSize(Math.max(1, exchange.items().size()));
    for (int i = 0; i < own.size(); i++) {
      UsageRecord row = own.get(i);
      if (isRepeat(row)) {
        assertRepeats(row, rows);
      } else if (exchange.items().isEmpty()) {
        differences.addAll(ExpectedRow.differences(exchange.expected(), row));
      } else {
        differences.addAll(ExpectedRow.itemDifferences(exchange, i, row));
      }
    }
    assertThat(AllowedDifferences.unexplained(exchange, differences)).as(own.toString()).isEmpty();
  }

  /** The second step of an exchange whose report names no account that could tell them apart. */
  private static void assertRepeats(UsageRecord row, List<UsageRecord> rows) {
    assertThat(row.get(UsageField.INPUT_TOKENS)).isNull();
    assertThat(row.get(UsageField.OUTPUT_TOKENS)).isNull();
    assertThat(rows)
        .as("an earlier row of this run counts it")
        .anyMatch(
            other ->
                !isRepeat(other)
                    && row.get(UsageField.DEDUPE_KEY).equals(other.get(UsageField.DEDUPE_KEY)));
  }

  private static boolean isRepeat(UsageRecord row) {
    List<String> notes = row.get(UsageField.USAGE_NOTE);
    return notes != null && notes.contains("counted_elsewhere");
  }
}
