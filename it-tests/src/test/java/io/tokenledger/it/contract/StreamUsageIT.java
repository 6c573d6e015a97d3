package io.tokenledger.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.contract.ContractRun.Client;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.ReplayProvider;
import io.tokenledger.it.harness.Request;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code stream_usage: request} with every client on every JDK, without the agent and with it: the
 * application observes the same although the provider says more when it is asked, and the ledger
 * has the counts. {@code -Dcontract=jdk} runs one client.
 */
class StreamUsageIT {
  private static final Duration AT_MOST = Duration.ofSeconds(90);
  private static final String PRINTED = "standard error";

  private static final List<Client> CLIENTS =
      List.of(
          new Client("jdk", ""),
          new Client("okhttp", "3.14.9"),
          new Client("okhttp", "5.5.1"),
          new Client("apache5", "5.0.4"),
          new Client("apache5", "5.6.5"),
          new Client("apache5-async", "5.0.4"),
          new Client("apache5-async", "5.6.5"));

  private static final FakeProvider PROVIDER = UsageProvider.start();
  private static final Http2Provider HTTP2 = Http2Provider.start();

  @TempDir static Path directory;

  @AfterAll
  static void stop() {
    PROVIDER.close();
    HTTP2.close();
  }

  @TestFactory
  Stream<DynamicNode> theApplicationSeesTheSameAndTheLedgerHasTheCounts() {
    String only = System.getProperty("contract", "");
    return CLIENTS.stream()
        .filter(client -> only.isEmpty() || client.toString().startsWith(only))
        .flatMap(client -> Jdks.all().stream().map(jdk -> container(client, jdk)));
  }

  private static DynamicNode container(Client client, Jdks.Jdk jdk) {
    String name = client + " on " + jdk;
    // Their own, since a host that refused is not asked again.
    try (FakeProvider refusing = UsageProvider.start();
        FakeProvider refusingUnread = UsageProvider.start()) {
      Comparison comparison = compare(client, jdk, refusing, refusingUnread);
      List<DynamicNode> tests = new ArrayList<>();
      tests.add(DynamicTest.dynamicTest("prints nothing", comparison::checkPrinted));
      for (UsageScenario scenario : UsageScenario.values()) {
        tests.add(DynamicTest.dynamicTest(scenario.name(), () -> comparison.check(scenario)));
      }
      return DynamicContainer.dynamicContainer(name, tests);
    } catch (AssertionError | RuntimeException failed) {
      return DynamicTest.dynamicTest(
          name,
          () -> {
            throw failed;
          });
    }
  }

  private static Comparison compare(
      Client client, Jdks.Jdk jdk, FakeProvider refusing, FakeProvider refusingUnread) {
    String run = "/" + (client + "-" + jdk).replace(' ', '-');
    AgentSetup setup =
        new AgentSetup(directory.resolve(run.substring(1)), "usage").with("stream_usage: request");
    String with = run + "-with";
    List<String> addresses =
        List.of(
            PROVIDER.url() + with,
            HTTP2.url() + with,
            refusing.url() + with,
            refusingUnread.url() + with);
    for (UsageScenario scenario : UsageScenario.values()) {
      setup.endpoint(UsageProvider.endpoint(scenario, addresses), "openai");
    }
    List<String> bare = addresses.stream().map(a -> a.replace(with, run + "-without")).toList();
    CompletableFuture<Map<String, String>> without =
        CompletableFuture.supplyAsync(() -> observations(client, jdk, bare));
    Map<String, String> observed = observations(client, jdk, addresses, setup.javaagent());
    List<Request> arrived =
        Stream.of(PROVIDER, refusing, refusingUnread)
            .flatMap(provider -> provider.requests().stream())
            .filter(request -> request.path().startsWith(with + "/"))
            .toList();
    return new Comparison(
        without.join(), observed, QueueContents.of(setup.queueDirectory()).exchanges(), arrived);
  }

  private static Map<String, String> observations(
      Client client, Jdks.Jdk jdk, List<String> addresses, String... jvmArguments) {
    List<String> arguments = new ArrayList<>(List.of(client.name()));
    arguments.addAll(addresses);
    try (JavaProcess process =
        JavaProcess.on(jdk)
            .jvm(jvmArguments)
            .main(client.classPath(), UsageMain.class.getName(), arguments.toArray(String[]::new))
            .start()) {
      assertThat(process.exitCode(AT_MOST)).as(process.transcript()).isZero();
      Map<String, String> observations = new LinkedHashMap<>();
      for (String line : process.out()) {
        String[] parts = line.split("\t", 2);
        observations.put(parts[0], parts[1]);
      }
      observations.put(PRINTED, String.join("\n", process.err()));
      return observations;
    }
  }

  private record Comparison(
      Map<String, String> without,
      Map<String, String> with,
      List<UsageRecord> records,
      List<Request> arrived) {

    void checkPrinted() {
      assertThat(with.get(PRINTED)).isEqualTo(without.get(PRINTED));
    }

    void check(UsageScenario scenario) {
      String observed = with.get(scenario.name());
      assertThat(observed).isNotNull().isEqualTo(without.get(scenario.name()));
      if (observed.equals("cannot")) {
        return;
      }
      List<UsageRecord> rows =
          records.stream()
              .filter(row -> scenario.name().equals(row.get(UsageField.REQUEST_MODEL)))
              .toList();
      assertThat(rows).isNotEmpty();
      UsageRecord last = rows.get(rows.size() - 1);
      checkThatTheRowIsTrue(scenario, last);
      switch (scenario.expected()) {
        case ASKED -> {
          assertThat(last.get(UsageField.API))
              .isEqualTo(
                  scenario == UsageScenario.COMPLETIONS ? "openai.completions" : "openai.chat");
          assertThat(last.get(UsageField.INPUT_TOKENS)).isEqualTo(412);
          assertThat(last.get(UsageField.OUTPUT_TOKENS)).isEqualTo(64);
          assertThat(last.get(UsageField.METADATA)).contains("\"stream_usage\":\"requested\"");
          assertThat(last.get(UsageField.METADATA)).doesNotContain("stream_usage_shown");
        }
        case ASKED_AGAIN -> {
          boolean served = observed.startsWith("200");
          assertThat(last.get(UsageField.INPUT_TOKENS)).isEqualTo(served ? 412L : null);
          assertThat(askedOf(scenario)).isEqualTo(arrived(scenario).size());
        }
        case CUT -> {
          assertThat(last.get(UsageField.INPUT_TOKENS)).isNull();
          assertThat(last.get(UsageField.USAGE_NOTE)).contains("cut");
          assertThat(last.get(UsageField.METADATA)).contains("\"stream_usage\":\"requested\"");
        }
        case NOT_ASKED -> {
          assertThat(last.get(UsageField.INPUT_TOKENS)).isNull();
          assertThat(last.get(UsageField.USAGE_NOTE)).contains("not_requested");
          assertThat(last.get(UsageField.METADATA)).doesNotContain("\"stream_usage\"");
          assertThat(askedOf(scenario)).isZero();
        }
        case NOT_ASKED_BUT_COUNTED -> {
          assertThat(last.get(UsageField.INPUT_TOKENS)).isNotNull();
          assertThat(last.get(UsageField.METADATA)).doesNotContain("\"stream_usage\"");
        }
        case REFUSED_ONCE -> {
          assertThat(rows).hasSize(2);
          assertThat(rows.get(0).get(UsageField.HTTP_STATUS)).isEqualTo(400);
          assertThat(rows.get(0).get(UsageField.METADATA)).contains("\"stream_usage\":\"refused\"");
          assertThat(last.get(UsageField.HTTP_STATUS)).isEqualTo(200);
          assertThat(last.get(UsageField.METADATA)).doesNotContain("\"stream_usage\"");
          assertThat(askedOf(scenario)).isEqualTo(1);
        }
        case ANY -> {
          if (scenario == UsageScenario.ANOTHER_REASON) {
            assertThat(askedOf(scenario)).isEqualTo(2);
          }
        }
      }
    }

    /** What the row says of the request is what the provider got last. */
    private void checkThatTheRowIsTrue(UsageScenario scenario, UsageRecord last) {
      List<Request> arrived = arrived(scenario);
      if (arrived.isEmpty() || scenario == UsageScenario.ASKED_BY_THE_APPLICATION) {
        return; // the HTTP/2 provider keeps none
      }
      String metadata = String.valueOf(last.get(UsageField.METADATA));
      assertThat(metadata.contains("\"stream_usage\":\"requested\""))
          .isEqualTo(ReplayProvider.asksForUsage(arrived.get(arrived.size() - 1).text()));
    }

    private long askedOf(UsageScenario scenario) {
      return arrived(scenario).stream().filter(r -> ReplayProvider.asksForUsage(r.text())).count();
    }

    private List<Request> arrived(UsageScenario scenario) {
      return arrived.stream().filter(r -> r.path().contains("/" + scenario + "/")).toList();
    }
  }
}
