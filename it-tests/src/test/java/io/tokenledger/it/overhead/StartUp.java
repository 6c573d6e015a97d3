package io.tokenledger.it.overhead;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.ReplayProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an application pays that is not a matter of nanoseconds: start, classes, first exchange,
 * exit, memory, threads; without an agent, with an empty one, with ours, and with OpenTelemetry's
 * where its jar is given. Run by {@code it-tests/overhead}; prints one table, of the JDK it runs
 * on.
 */
public final class StartUp {
  private static final String OPENTELEMETRY = "opentelemetry";

  private StartUp() {}

  /**
   * Arguments: rounds, the rounds in which OpenTelemetry's agent takes part, and its jar. It starts
   * in seconds, so the first few rounds must do for it.
   */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    int withOpenTelemetry = Integer.parseInt(args[1]);
    Path directory = Files.createTempDirectory("overhead");
    try (FakeProvider provider = ReplayProvider.start()) {
      AgentSetup setup = new AgentSetup(directory, "overhead").endpoints(provider);
      Measures measures =
          new Measures(Jdks.current())
              .variant("no agent")
              .variant("empty agent", "-javaagent:" + EmptyAgent.jar(directory))
              .variant("tokenledger", setup.javaagent());
      round(measures, provider);
      measures
          .clear()
          .variant(
              OPENTELEMETRY,
              "-javaagent:" + args[2],
              "-Dotel.traces.exporter=none",
              "-Dotel.metrics.exporter=none",
              "-Dotel.logs.exporter=none");
      for (int round = 0; round < rounds; round++) {
        if (round == withOpenTelemetry) {
          measures.retire(OPENTELEMETRY);
        }
        round(measures, provider);
      }
      System.out.println(measures.table());
    }
  }

  private static void round(Measures measures, FakeProvider provider) {
    String metered = provider.url() + "/openai/v1/chat/completions";
    String other = provider.url() + "/elsewhere";
    measures.run("trivial main", Trivial.class);
    measures.run("two calls", FirstExchange.class, metered, other);
    measures.run("calls and a second", AfterExchanges.class, metered);
    measures.run("5,000 classes", ManyClasses.class);
  }
}
