package io.tokenledger.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.contract.ContractRun.Client;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.SelfSigned;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
  private static final Socket REFUSING = refusing();

  @TempDir static Path directory;

  private static SelfSigned identity;
  private static FakeProvider tls;

  private static final ContractSummary SUMMARY = new ContractSummary();

  @BeforeAll
  static void startTls() {
    identity = SelfSigned.in(directory);
    tls = ContractProvider.start(identity);
  }

  @AfterAll
  static void stop() throws IOException {
    SUMMARY.print();
    REFUSING.close();
    PROVIDER.close();
    HTTP2.close();
    tls.close();
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
      tests.add(test(client, jdk, scenario.name(), () -> comparison.check(scenario)));
    }
    tests.add(test(client, jdk, "no record without a scenario", comparison::checkNoOthers));
    tests.add(test(client, jdk, "prints nothing", comparison::checkPrinted));
    tests.add(test(client, jdk, "adds one thread", comparison::checkThreads));
    return DynamicContainer.dynamicContainer(name, tests);
  }

  private static DynamicTest test(Client client, Jdks.Jdk jdk, String name, Runnable check) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          SUMMARY.started(client, jdk);
          check.run();
          SUMMARY.passed(client, jdk);
        });
  }

  private static Comparison compare(Client client, Jdks.Jdk jdk) {
    String run = "/" + (client + "-" + jdk).replace(' ', '-');
    AgentSetup setup = new AgentSetup(directory.resolve(run.substring(1)), "contract");
    List<String> addresses = addresses(run + "-with");
    for (Scenario scenario : Scenario.values()) {
      setup.endpoint(ContractProvider.endpoint(scenario, addresses), "openai");
    }
    // At the same time: most of a run is waiting.
    CompletableFuture<ContractRun> without =
        CompletableFuture.supplyAsync(
            () ->
                ContractRun.of(
                    client, jdk, addresses(run + "-without"), any -> {}, identity.jvmArguments()));
    ContractRun with =
        ContractRun.of(
            client,
            jdk,
            addresses,
            process -> awaitCollected(process, client, setup),
            Stream.concat(Stream.of(setup.javaagent()), Stream.of(identity.jvmArguments()))
                .toArray(String[]::new));
    List<UsageRecord> records = QueueContents.of(setup.queueDirectory()).exchanges();
    return new Comparison(client, without.join(), with, with.byScenario(records));
  }

  private static List<String> addresses(String run) {
    return List.of(
        PROVIDER.url() + run,
        HTTP2.url() + run,
        "http://127.0.0.1:" + REFUSING.getLocalPort() + run,
        tls.url() + run);
  }

  /**
   * A body that nobody closes ends its exchange when it is collected: where the client itself holds
   * on to the body of a call that is not over, as the JDK and asynchronous Apache do, only at exit.
   */
  private static void awaitCollected(JavaProcess process, Client client, AgentSetup setup) {
    if (client.letsGoOfBodies()) {
      process.awaitUntil(
          "the record of a body that was collected",
          Duration.ofSeconds(30),
          () ->
              QueueContents.of(setup.queueDirectory()).exchanges().stream()
                  .anyMatch(
                      record ->
                          Scenario.COLLECTED.name().equals(record.get(UsageField.REQUEST_MODEL))));
    }
  }

  /**
   * Connecting to its port is refused: it is taken and nobody listens. A port that was given back
   * might be another process's a moment later.
   */
  private static Socket refusing() {
    Socket taken = new Socket();
    try {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return taken;
  }

  private record Comparison(
      Client client,
      ContractRun without,
      ContractRun with,
      Map<String, List<UsageRecord>> records) {
    void check(Scenario scenario) {
      String observed = with.observations().get(scenario.name());
      assertThat(observed).isEqualTo(without.observations().get(scenario.name()));
      List<UsageRecord> found = records.getOrDefault(scenario.name(), List.of());
      ExpectedRecord.of(scenario, observed).check(observed, found);
    }

    void checkNoOthers() {
      assertThat(records).doesNotContainKey(ContractRun.OF_NO_SCENARIO);
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
