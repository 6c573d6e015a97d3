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
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole path on real components: sample application, agent, queue, forwarder, Postgres, report.
 */
@ExtendWith(PostgresExtension.class)
class WalkingLedgerIT {
  private static final int CALLS_OF_THE_SAMPLE = 9;
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path directory;

  static Stream<Jdks.Jdk> jdks() {
    return Jdks.all().stream();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void bringsEveryCallOfAnUnmodifiedApplicationIntoTheLedgerOnceAndPriced(
      Jdks.Jdk jdk, PostgresSettings postgres) throws SQLException {
    AgentSetup agent = new AgentSetup(directory, "sample");
    try (FakeProvider provider = ReplayProvider.start()) {
      JavaProcess sample = runSample(jdk, agent.endpoints(provider), provider);
      assertThat(sample.err()).isEmpty();
    }
    ForwarderSetup forwarder = new ForwarderSetup(directory, agent.queueDirectory(), postgres);

    forwarder.done("drain");
    forwarder.done("drain");

    try (Connection ledger = forwarder.connect()) {
      assertThat(query(ledger, "SELECT count(*)::text FROM token_ledger.token_ledger_events"))
          .containsExactly(String.valueOf(CALLS_OF_THE_SAMPLE));
      assertThat(
              query(
                  ledger,
                  "SELECT cost_usd::text FROM token_ledger.token_ledger_events WHERE model ="
                      + " 'claude-sonnet-4-5-20250929'"))
          .singleElement()
          .satisfies(
              cost ->
                  assertThat(new BigDecimal(cost))
                      .isEqualByComparingTo(new BigDecimal("0.00680715")));
      assertThat(
              query(
                  ledger,
                  "SELECT coalesce(cost_usd::text, 'unknown') || ' ' || usage_note::text FROM"
                      + " token_ledger.token_ledger_events WHERE input_tokens IS NULL"))
          .as("the stream that asked for no usage is unknown, not zero")
          .containsExactly("unknown {not_requested}");
      assertThat(
              query(
                  ledger,
                  "SELECT (report #> '{own_cost_ns,caller,count}')::text"
                      + " FROM token_ledger.token_ledger_sources"))
          .as("the agent timed what it cost the application's threads")
          .containsExactly(String.valueOf(CALLS_OF_THE_SAMPLE));
      assertThat(
              query(
                  ledger, "SELECT (caller_p99_us > 0)::text FROM token_ledger.token_ledger_fleet"))
          .containsExactly("true");
    }
    assertThat(String.join("\n", forwarder.done("report").out()))
        .contains("gpt-4o-mini-2024-07-18", "claude-haiku-4-5-20251001");
  }

  private static JavaProcess runSample(Jdks.Jdk jdk, AgentSetup agent, FakeProvider provider) {
    try (JavaProcess sample =
        JavaProcess.on(jdk)
            .environment("OPENAI_API_KEY", "sk-test")
            .environment("ANTHROPIC_API_KEY", "sk-test")
            .jvm(agent.javaagent())
            .main(
                Jars.applicationClassPath(),
                "com.example.SampleApplication",
                provider.url() + "/openai/v1",
                provider.url() + "/anthropic")
            .start()) {
      assertThat(sample.exitCode(AT_MOST)).as(sample.transcript()).isZero();
      return sample;
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
