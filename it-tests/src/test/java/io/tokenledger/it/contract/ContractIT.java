package io.tokenledger.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.contract.ContractRun.Client;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every scenario with every client on every JDK, without the agent and with it: the application
 * observes the same, and each exchange is one record. {@code -Dcontract=jdk} runs one client.
 */
class ContractIT {
  private static final List<Client> CLIENTS =
      List.of(
          new Client("jdk", ""),
          new Client("okhttp", "3.14.9"),
          new Client("okhttp", "4.12.0"),
          new Client("okhttp", "5.5.1"),
          new Client("apache5", "5.0.4"),
          new Client("apache5", "5.6.5"),
          new Client("apache5-async", "5.0.4"),
          new Client("apache5-async", "5.6.5"));

  private static final FakeProvider PROVIDER = ContractProvider.start();
  private static final Http2Provider HTTP2 = Http2Provider.start();

  @TempDir static Path directory;

  @AfterAll
  static void stop() {
    PROVIDER.close();
    HTTP2.close();
  }

  @TestFactory
  Stream<DynamicNode> theApplicationSeesTheSameAndEachExchangeIsOneRecord() {
    String only = System.getProperty("contract", "");
    return CLIENTS.stream()
        .filter(client -> only.isEmpty() || client.toString().startsWith(only))
        .flatMap(client -> Jdks.all().stream().map(jdk -> container(client, jdk)));
  }

  private static DynamicNode container(Client client, Jdks.Jdk jdk) {
    String name = client + " on " + jdk;
    Comparison comparison;
    try {
      comparison = compare(client, jdk);
    } catch (AssertionError | RuntimeException failed) {
      return DynamicTest.dynamicTest(
          name,
          () -> {
            throw failed;
          });
    }
    List<DynamicNode> tests = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      tests.add(DynamicTest.dynamicTest(scenario.name(), () -> comparison.check(scenario)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "no record without a scenario",
            () -> assertThat(comparison.records()).doesNotContainKey("UNEXPECTED")));
    tests.add(DynamicTest.dynamicTest("prints nothing", comparison::checkPrinted));
    tests.add(DynamicTest.dynamicTest("adds one thread", comparison::checkThreads));
    return DynamicContainer.dynamicContainer(name, tests);
  }

  private static Comparison compare(Client client, Jdks.Jdk jdk) {
    String nobody = "http://127.0.0.1:" + unusedPort();
    List<String> addresses = List.of(PROVIDER.url(), HTTP2.url(), nobody);
    AgentSetup setup =
        new AgentSetup(directory.resolve((client + "-" + jdk).replace(' ', '-')), "contract");
    for (Scenario scenario : Scenario.values()) {
      setup.endpoint(
          ContractProvider.endpoint(scenario, PROVIDER.url(), HTTP2.url(), nobody), "openai");
    }
    ContractRun without = ContractRun.of(client, jdk, addresses);
    ContractRun with = ContractRun.of(client, jdk, addresses, setup.javaagent());
    Map<String, List<UsageRecord>> records =
        byScenario(QueueContents.of(setup.queueDirectory()).exchanges());
    return new Comparison(without, with, records);
  }

  /**
   * The scenario is the model of the request. Where the request was never written it is told by the
   * order of the records.
   */
  private static Map<String, List<UsageRecord>> byScenario(List<UsageRecord> records) {
    Iterator<Scenario> unwritten =
        List.of(Scenario.CONNECT_FAILURE, Scenario.CONNECT_FAILURE_ASYNC).iterator();
    Map<String, List<UsageRecord>> byScenario = new HashMap<>();
    for (UsageRecord record : records) {
      String scenario = record.get(UsageField.REQUEST_MODEL);
      if (scenario == null) {
        scenario = unwritten.hasNext() ? unwritten.next().name() : "UNEXPECTED";
      }
      byScenario.computeIfAbsent(scenario, any -> new ArrayList<>()).add(record);
    }
    return byScenario;
  }

  /** A free port that is closed again: connecting to it is refused. */
  private static int unusedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Comparison(
      ContractRun without, ContractRun with, Map<String, List<UsageRecord>> records) {
    void check(Scenario scenario) {
      String observed = with.observations().get(scenario.name());
      assertThat(observed).isEqualTo(without.observations().get(scenario.name()));
      ExpectedRecord.of(scenario, observed).check(records.getOrDefault(scenario.name(), List.of()));
    }

    void checkPrinted() {
      assertThat(with.printed()).isEqualTo(without.printed());
    }

    void checkThreads() {
      TreeSet<String> added = new TreeSet<>(names(with));
      added.removeAll(names(without));
      assertThat(added).hasSize(1).allMatch(name -> name.startsWith("tokenledger"));
    }

    private static List<String> names(ContractRun run) {
      String list = run.observations().get("THREADS");
      return List.of(list.substring(1, list.length() - 1).split(", "));
    }
  }
}
