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
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.record.AgentReport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a provider changes and what nobody meters shows in the ledger: the whole path. */
@ExtendWith(PostgresExtension.class)
class DriftIT {
  private static final Duration AT_MOST = Duration.ofSeconds(60);
  private static final String USAGE =
      ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}";

  /** Two as they were; then the object has another name; then one of its members has. */
  private static final List<String> REPLIES =
      List.of(
          USAGE,
          USAGE,
          USAGE.replace("usage", "usage_info"),
          ",\"usage\":{\"tokens_in\":7,\"completion_tokens\":3}");

  private static final String COVERAGE =
      "SELECT provider || ' ' || api || ' ' || coverage_percent || ' ' || usage_expected || ' '"
          + " || not_reported || ' ' || usage_incomplete || ' ' || services_below::text"
          + " FROM token_ledger.token_ledger_coverage_daily";

  private static final String HOSTS =
      "SELECT host || ' ' || call || ' ' || metered || ' ' || calls || ' ' || services::text"
          + " FROM token_ledger.token_ledger_unlisted_hosts_daily";

  @TempDir Path directory;

  static Stream<Jdks.Jdk> jdks() {
    return Jdks.all().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aProviderThatChangesItsFormatFallsBelowOneHundredPercent(
      Jdks.Jdk jdk, PostgresSettings postgres) throws SQLException {
    AgentSetup agent = new AgentSetup(directory, "shop");
    AtomicInteger replies = new AtomicInteger();
    try (FakeProvider provider = FakeProvider.start()) {
      provider.otherwise(request -> reply(REPLIES.get(replies.getAndIncrement())));
      agent.endpoint(provider.url() + "/openai", "openai");
      String address = provider.url() + "/openai/v1/chat/completions";
      run(jdk, agent, address, address, address, address);
    }
    ForwarderSetup forwarder = new ForwarderSetup(directory, agent.queueDirectory(), postgres);

    forwarder.done("drain");
    forwarder.done("drain");

    try (Connection ledger = forwarder.connect()) {
      assertThat(query(ledger, COVERAGE)).containsExactly("openai openai.chat 50.00 4 1 1 {shop}");
      assertThat(query(ledger, HOSTS)).isEmpty();
    }
    assertThat(String.join("\n", forwarder.done("report").out()))
        .contains("openai openai.chat: 50.00 % of 4 read (incomplete 1, not_reported 1)");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aModelThatNobodyListedShowsThoughDiscoveryIsOff(Jdks.Jdk jdk, PostgresSettings postgres)
      throws SQLException {
    AgentSetup agent = new AgentSetup(directory, "shop").with("discover: false");
    try (FakeProvider provider = FakeProvider.start()) {
      provider.otherwise(request -> reply(USAGE));
      String unlisted = provider.url() + "/tenant-secret/v1/chat/completions?key=query-secret";
      run(jdk, agent, unlisted, unlisted, provider.url() + "/v1/orders");
    }
    ForwarderSetup forwarder = new ForwarderSetup(directory, agent.queueDirectory(), postgres);

    forwarder.done("drain");

    assertThat(QueueContents.of(agent.queueDirectory()).exchanges()).isEmpty();
    assertThat(QueueContents.of(agent.queueDirectory()).reports())
        .extracting(AgentReport::json)
        .isNotEmpty()
        .noneMatch(json -> json.contains("secret"));
    try (Connection ledger = forwarder.connect()) {
      assertThat(query(ledger, HOSTS))
          .containsExactly("127.0.0.1 /chat/completions false 2 {shop}");
      assertThat(query(ledger, COVERAGE)).isEmpty();
    }
    assertThat(String.join("\n", forwarder.done("report").out()))
        .contains("127.0.0.1 /chat/completions: not metered");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void aModelThatNobodyListedIsNamedWhereDiscoveryMetersIt(Jdks.Jdk jdk, PostgresSettings postgres)
      throws SQLException {
    AgentSetup agent = new AgentSetup(directory, "shop");
    try (FakeProvider provider = FakeProvider.start()) {
      provider.otherwise(request -> reply(USAGE));
      run(jdk, agent, provider.url() + "/v1/chat/completions");
    }
    ForwarderSetup forwarder = new ForwarderSetup(directory, agent.queueDirectory(), postgres);

    forwarder.done("drain");

    try (Connection ledger = forwarder.connect()) {
      assertThat(query(ledger, HOSTS)).containsExactly("127.0.0.1 openai.chat true 1 {shop}");
      assertThat(query(ledger, "SELECT billed::text FROM token_ledger.token_ledger_events"))
          .containsExactly("false");
    }
  }

  private static Reply reply(String usage) {
    return Reply.json(200, "{\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o-mini\"" + usage + "}");
  }

  private static void run(Jdks.Jdk jdk, AgentSetup agent, String... addresses) {
    try (JavaProcess application =
        JavaProcess.on(jdk)
            .jvm(agent.javaagent())
            .main(Jars.applicationClassPath(), CallsMain.class.getName(), addresses)
            .start()) {
      assertThat(application.exitCode(AT_MOST)).as(application.transcript()).isZero();
      assertThat(application.err()).isEmpty();
    }
  }

  private static List<String> query(Connection connection, String sql) throws SQLException {
    try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
